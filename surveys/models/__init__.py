from .changes import Change
from .collected import ApiKey, PaperEntry, PaperSheet, TableIntake, TableMatching
from .instrument import Dimension, Goal, Indicator, Instrument, Question, Section
from .intake import Answer, Draft, DraftAnswer, PersonalLink, Response
from .invitations import (
    Invitation,
    InvitationLetter,
    InvitationQuerySet,
    PlannedReminder,
    ReminderRun,
    Ticket,
    TicketLink,
)
from .jobs import Job
from .mailing import Letter, LetterQuerySet, LetterState
from .sample import (
    Exclusion,
    FlaggedResponse,
    Readmission,
    SampleStep,
)
from .scorecard import Anonymity, Identities, Member, Role, Scorecard, User
from .tallies import RespondentTally, ResponseTally, Tally, UnfoldedResponse

__all__ = [
    "Invitation",
    "InvitationLetter",
    "InvitationQuerySet",
    "PlannedReminder",
    "ReminderRun",
    "Ticket",
    "TicketLink",
    "Anonymity",
    "Answer",
    "Change",
    "ApiKey",
    "Dimension",
    "Draft",
    "DraftAnswer",
    "Exclusion",
    "FlaggedResponse",
    "Goal",
    "Identities",
    "Indicator",
    "Instrument",
    "Job",
    "Letter",
    "LetterQuerySet",
    "LetterState",
    "Member",
    "PaperEntry",
    "PaperSheet",
    "PersonalLink",
    "Question",
    "Readmission",
    "RespondentTally",
    "Response",
    "ResponseTally",
    "Role",
    "SampleStep",
    "Scorecard",
    "Section",
    "TableIntake",
    "TableMatching",
    "Tally",
    "UnfoldedResponse",
    "User",
]
