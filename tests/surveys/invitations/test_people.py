"""Putting people on the list: whole tables or nobody, each once; hostile files."""

import io
import re
import zipfile

import pytest
import xlsxwriter
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from surveys.invitations.counts import counts_of
from surveys.invitations.forms import PersonForm
from surveys.invitations.links import invited_by
from surveys.invitations.people import (
    AlreadyInvited,
    Person,
    add_people,
    add_person,
    change_person,
    erase_invitee,
    opt_in,
    opt_out,
)
from surveys.invitations.services import invite_everybody, wake_if_open
from surveys.invitations.table import HEADINGS, check_people, read_people
from surveys.models import (
    Draft,
    Invitation,
    InvitationLetter,
    Response,
    Scorecard,
    Ticket,
    TicketLink,
)
from surveys.sheets import kinds, refusals
from surveys.sheets.reading import Unreadable
from tests.surveys.invitations.conftest import (
    address,
    begin,
    finish,
    invitee,
    put_on_list,
    token_to,
)

pytestmark = pytest.mark.django_db
SLUG = "kazakhstan-2022"
TABLE = reverse("invitation_table", args=[SLUG])
PREVIEW = reverse("invitation_preview", args=[SLUG])
GOOD = "name;e-mail;language;sector\nAigul;Aigul@Example.org;ru;NGO\nBolat;b@x.org;;\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def workbook(*rows, merge: str = "") -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if merge:
            sheet.merge_range(merge, "name")
    return written.getvalue()


def problems(scorecard, text: str) -> dict[int, dict[str, str]]:
    checked = check_people(scorecard, read_people(text.encode()))
    return {one.row.number: one.problems for one in checked.with_problems}


class TestTable:
    def test_columns_stand_in_any_order_and_in_three_languages(self, scorecard):
        table = read_people(
            "Язык;ФИО;Почта;Примечание\nрусский;Айгуль;a@x.org;!".encode()
        )
        (row,) = check_people(scorecard, table).rows
        assert row.person == Person("Айгуль", "a@x.org", "ru", "")
        assert table.ignored == ["Примечание"]

    def test_every_problem_is_named_by_row_and_column(self, scorecard):
        found = problems(
            scorecard,
            "name,e-mail,language,sector\n"
            ",a@x.org,ru,NGO\n"
            "Bolat,no address,ru,NGO\n"
            "Dana,d@x.org,french,NGO\n"
            f"Yerlan,y@x.org,ru,{'x' * 101}\n"
            f"{'y' * 201},z@x.org,ru,NGO\n"
            "Gulnara,D@X.org,ru,NGO\n"
            "Timur,,ru,NGO\n",
        )
        assert {row: list(columns) for row, columns in found.items()} == {
            2: ["name"],
            3: ["email"],
            4: ["language"],
            5: ["sector"],
            6: ["name"],
            7: ["email"],
            8: ["email"],
        }
        assert "row 4" in found[7]["email"]

    def test_the_same_file_again_adds_nobody(self, scorecard):
        for added in (2, 0):
            table = check_people(scorecard, read_people(GOOD.encode()))
            people = [one.person for one in table.rows]
            assert add_people(scorecard=scorecard, people=people) == added
        assert sorted(Invitation.objects.values_list("email", flat=True)) == [
            "aigul@example.org",
            "b@x.org",
        ]
        assert Ticket.objects.count() == 2

    def test_a_formula_is_a_text_like_any_other(self, scorecard):
        text = "name,e-mail\n=HYPERLINK(1),a@x.org\n"
        (row,) = check_people(scorecard, read_people(text.encode())).rows
        assert row.person.name == "=HYPERLINK(1)"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", kinds.EMPTY),
            (b"just words", refusals.NO_HEADINGS),
            (b"name,sector\nA,NGO", refusals.COLUMN_MISSING),
            (b"name,mail,e-mail\nA,a@x.org,b@x.org", refusals.COLUMN_TWICE),
            (b"name,mail\nA,a@x.org,more", refusals.UNNAMED_COLUMN),
            (
                workbook(["name", "mail"], ["A", "a@x.org"])[:900],
                kinds.BROKEN_WORKBOOK,
            ),
            (
                workbook(
                    ["name", "name", "mail"], ["A", "B", "a@x.org"], merge="A1:B1"
                ),
                refusals.MERGED_HEADINGS,
            ),
            ("имя,почта\nАйгуль,a@x.org".encode("koi8-r"), refusals.UNKNOWN_ENCODING),
            (b"name,mail\nA\x00,a@x.org", refusals.NULL_BYTE),
        ],
    )
    def test_hostile_files_are_refused_by_reason(self, content, reason):
        with pytest.raises(Unreadable) as refusal:
            read_people(content)
        assert refusal.value.reason == reason

    def test_a_zip_bomb_is_not_unpacked(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200 * 1024**2)
        with pytest.raises(Unreadable) as refusal:
            read_people(packed.getvalue())
        assert refusal.value.reason == refusals.UNPACKS_TOO_LARGE

    def test_empty_rows_are_no_people_however_many(self, scorecard):
        text = "name,mail\nA,a@x.org\n" + ",\n" * 1_000_000 + "B,b@x.org\n"
        rows = check_people(scorecard, read_people(text.encode())).rows
        assert [one.person.name for one in rows] == ["A", "B"]


class TestImporting:
    def send(self, client, content: bytes, name: str = "people.csv"):
        return client.post(TABLE, {"file": SimpleUploadedFile(name, content)})

    def confirm(self, client):
        kept = client.get(PREVIEW).context["kept"]
        return client.post(PREVIEW, {"checksum": kept.checksum})

    def test_nobody_is_added_before_it_is_confirmed(self, coordinator, sign_in):
        client = sign_in(coordinator)
        assert self.send(client, GOOD.encode()).url == PREVIEW
        assert "Add 2 people" in client.get(PREVIEW).content.decode()
        assert not Invitation.objects.exists()
        assert self.confirm(client).status_code == 302
        assert Invitation.objects.count() == 2

    def test_one_bad_row_keeps_all_out(self, coordinator, sign_in):
        client = sign_in(coordinator)
        self.send(client, (GOOD + "Dana;nowhere;;\n").encode())
        page = client.get(PREVIEW).content.decode()
        assert "1 row has a problem" in page
        assert "This is no e-mail address: “nowhere”" in page
        assert self.confirm(client).status_code == 422
        assert not Invitation.objects.exists()

    def test_a_file_that_cannot_be_read_says_why(self, coordinator, sign_in):
        page = self.send(sign_in(coordinator), b"PK\x03\x04broken", "people.xlsx")
        assert page.status_code == 422
        assert "This file is not a readable workbook" in page.content.decode()

    def test_what_was_written_in_cells_is_shown_and_not_run(self, coordinator, sign_in):
        client = sign_in(coordinator)
        self.send(client, b"name,mail\n<script>x</script>,a@x.org\n")
        assert "<script>x" not in client.get(PREVIEW).content.decode()

    def test_another_table_sent_meanwhile_is_not_confirmed(self, coordinator, sign_in):
        client = sign_in(coordinator)
        self.send(client, GOOD.encode())
        old = client.get(PREVIEW).context["kept"].checksum
        self.send(client, b"name,mail\nX,x@x.org\n")
        client.post(PREVIEW, {"checksum": old})
        assert not Invitation.objects.exists()


class TestPerson:
    def test_an_address_is_on_the_list_once(self, scorecard, other_scorecard):
        put_on_list(scorecard, ("Aigul",))
        with pytest.raises(AlreadyInvited):
            add_person(scorecard=scorecard, person=Person("X", "AIGUL@example.org "))
        add_person(scorecard=other_scorecard, person=Person("X", address("Aigul")))

    def test_a_domain_is_the_same_in_either_of_its_spellings(self, scorecard):
        """As letters of its language, and as mail servers write it to each other."""
        add_person(scorecard=scorecard, person=Person("Пётр", "p@почта.рф"))
        for twin in ("p@xn--80a1acny.xn--p1ai", "P@XN--80A1ACNY.РФ"):
            with pytest.raises(AlreadyInvited):
                add_person(scorecard=scorecard, person=Person("Пётр", twin))
        # What is no such spelling stays as it was typed.
        odd = add_person(scorecard=scorecard, person=Person("X", "x@xn--a.xn--ü.org"))
        assert odd.email == "x@xn--a.xn--ü.org"

    def test_a_new_address_gets_a_new_letter_and_old_links_end(self, invited):
        token = token_to("Aigul")
        new = Person("Aigul", "new@example.org")
        assert change_person(
            invitation_id=invitee("Aigul").pk, person=new, now=timezone.now()
        )
        assert InvitationLetter.objects.get(invitation__name="Aigul").state == "waiting"
        assert not TicketLink.objects.filter(ticket__invitation__name="Aigul").exists()
        assert invited_by(token) is None

    def test_a_link_with_which_somebody_began_is_left_to_them(self, invited):
        token = token_to("Aigul")
        begin(token)
        new = Person("Aigul", "new@example.org")
        change_person(invitation_id=invitee("Aigul").pk, person=new, now=timezone.now())
        finish(token)

    @pytest.mark.parametrize("does", [begin, finish, None])
    def test_where_all_is_anonymous_a_new_address_opens_nothing_of_the_old(
        self, invited, work, does
    ):
        """Nor does a letter that comes, or does not, tell how far somebody was."""
        token = token_to("Aigul")
        if does:
            does(token)
        left = (Draft.objects.count(), Response.objects.count())
        counts = counts_of(invited)
        new = Person("Aigul", "new@example.org", "", "NGO")

        assert change_person(
            invitation_id=invitee("Aigul").pk, person=new, now=timezone.now()
        )
        wake_if_open(invited, timezone.now())
        work()

        (letter,) = [one for one in mail.outbox if one.to == [new.email]]
        (link,) = re.findall(r"/invitation/([\w-]+)/", letter.body)
        assert not hasattr(invited_by(link).ticket, "draft")
        assert (Draft.objects.count(), Response.objects.count()) == left
        after = counts_of(invited)
        assert (after.on_the_list, after.invited) == (6, counts.invited + 1)
        assert (counts.off_the_list, after.off_the_list) == (0, 1)
        assert invited_by(link).letters.get().requested_by
        # Whoever was wrongly given it may have it back.
        change_person(
            invitation_id=invited_by(link).pk,
            person=Person("Aigul", address("Aigul")),
            now=timezone.now(),
        )

    def test_whoever_wanted_no_letters_wants_none_at_a_new_address(
        self, invited, coordinator, work
    ):
        old, now = invitee("Aigul"), timezone.now()
        opt_out(invitation_id=old.pk, now=now)
        new = Person("Aigul", "new@example.org")
        assert not change_person(invitation_id=old.pk, person=new, now=now)
        anew = Invitation.objects.get(email=new.email)
        assert anew.opted_out_at == now
        assert counts_of(invited).opted_out == 1
        assert invite_everybody(scorecard=invited, by=coordinator, now=now) == 0
        work()
        assert new.email not in [to for one in mail.outbox for to in one.to]
        # If they want some after all, they are among those to be written to.
        opt_in(invitation_id=anew.pk)
        assert invite_everybody(scorecard=invited, by=coordinator, now=now) == 1

    def test_an_old_table_does_not_bring_back_an_address_that_was_corrected(
        self, invited
    ):
        person = invitee("Aigul")
        new = Person("Aigul", "new@example.org")
        change_person(invitation_id=person.pk, person=new, now=timezone.now())
        person.refresh_from_db()
        assert "aigul" not in person.erased_address
        table = read_people(f"name,mail\nAigul,{address('Aigul')}".encode())
        checked = check_people(invited, table)
        assert checked.rows[0].is_known
        people = [one.person for one in checked.rows]
        assert not add_people(scorecard=invited, people=people, replaced_too=True)
        # Whoever types it means it: it may be somebody else's.
        add_person(scorecard=invited, person=Person("Anna", address("Aigul")))

    def test_after_an_erasure_an_old_table_brings_back_neither_address(self, invited):
        new = Person("Aigul", "new@example.org")
        change_person(invitation_id=invitee("Aigul").pk, person=new, now=timezone.now())
        anew = Invitation.objects.get(email=new.email)
        erase_invitee(invitation_id=anew.pk, now=timezone.now())
        both = [new, Person("Aigul", address("Aigul"))]
        assert not add_people(scorecard=invited, people=both, replaced_too=True)

    def test_after_closing_a_new_address_is_saved_and_not_written_to(self, invited):
        token = token_to("Aigul")
        Scorecard.objects.update(closes_at=timezone.now())
        before = counts_of(invited)
        new = Person("Aigul", "new@example.org")
        person = invitee("Aigul")
        assert not change_person(
            invitation_id=person.pk, person=new, now=timezone.now()
        )
        anew = Invitation.objects.get(email=new.email)
        assert not anew.letters.exists()
        assert counts_of(invited).invited == before.invited
        assert invited_by(token) is None

    def test_where_nothing_is_anonymous_a_begun_draft_moves_along(
        self, confidential, invited, work
    ):
        begin(token_to("Aigul"))
        new = Person("Aigul", "new@example.org")
        change_person(invitation_id=invitee("Aigul").pk, person=new, now=timezone.now())
        wake_if_open(invited, timezone.now())
        work()
        (letter,) = [one for one in mail.outbox if one.to == [new.email]]
        (link,) = re.findall(r"/invitation/([\w-]+)/", letter.body)
        assert hasattr(invited_by(link).ticket, "draft")

    def test_nobody_takes_the_address_of_another(self, invited):
        taken = Person("Aigul", address("Bolat"))
        with pytest.raises(AlreadyInvited):
            change_person(
                invitation_id=invitee("Aigul").pk, person=taken, now=timezone.now()
            )

    def test_a_new_name_alone_sends_nothing(self, invited):
        same = Person("Aigul S.", address("Aigul"))
        assert not change_person(
            invitation_id=invitee("Aigul").pk, person=same, now=timezone.now()
        )


class TestErasing:
    def test_nothing_personal_is_left_and_the_list_does_not_bring_it_back(
        self, invited
    ):
        person = invitee("Aigul")
        InvitationLetter.objects.filter(invitation=person).update(
            state="failed", error="550 no mailbox aigul", sent_at=None
        )
        erase_invitee(invitation_id=person.pk, now=timezone.now())
        person.refresh_from_db()
        assert (person.name, person.email, person.sector) == ("", "", "")
        assert "aigul" not in person.letters.get().error
        assert "aigul" not in person.erased_address
        put_on_list(invited)
        assert not Invitation.objects.filter(name="Aigul").exists()

    def test_whoever_was_never_written_to_leaves_nothing_at_all(self, scorecard):
        put_on_list(scorecard, ("Aigul",))
        erase_invitee(invitation_id=invitee("Aigul").pk, now=timezone.now())
        assert not Invitation.objects.exists()
        assert not Ticket.objects.exists()

    def test_it_tells_nobody_whether_they_had_answered(self, invited):
        """Counts are the same as before, for one who has and one who has not."""
        finish(token_to("Aigul"))
        begin(token_to("Bolat"))
        before = (Ticket.objects.count(), Draft.objects.count())
        for name in ("Aigul", "Bolat"):
            erase_invitee(invitation_id=invitee(name).pk, now=timezone.now())
        assert (Ticket.objects.count(), Draft.objects.count()) == before

    def test_the_page_asks_twice(self, invited, coordinator, sign_in):
        client, person = sign_in(coordinator), invitee("Aigul")
        url = reverse("invitation_erase", args=[SLUG, person.pk])
        assert client.post(url).status_code == 422
        assert Invitation.objects.filter(name="Aigul").exists()
        assert client.post(url, {"sure": "yes"}).status_code == 302
        assert not Invitation.objects.filter(name="Aigul").exists()
        assert client.get(url).status_code == 404


def test_opting_out_twice_keeps_the_first_moment(invited):
    first = timezone.now()
    opt_out(invitation_id=invitee("Aigul").pk, now=first)
    opt_out(invitation_id=invitee("Aigul").pk, now=timezone.now())
    assert invitee("Aigul").opted_out_at == first


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_columns_may_be_called_as_the_pages_call_them(language):
    with translation.override(language):
        called = [str(field.label).lower() for field in PersonForm.base_fields.values()]

    known = {HEADINGS.get(label) for label in called}
    assert known == {"name", "email", "language", "sector"}
