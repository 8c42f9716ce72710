// Small comforts; every page works without them.

function clearRatings(button) {
  const fieldset = button.closest("fieldset");
  const chosen = fieldset.querySelectorAll("input[type=radio]:checked");
  chosen.forEach((radio) => {
    radio.checked = false;
  });
  fieldset.dispatchEvent(new Event("change", { bubbles: true }));
  fieldset.querySelector("input[type=radio]")?.focus();
}

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  button.textContent = button.dataset.copied || button.textContent;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-clear-ratings], [data-copy]");
  if (!button) return;
  if (button.hasAttribute("data-clear-ratings")) clearRatings(button);
  else copyText(button).catch(() => {});
});

// Controls that only make sense with scripts wait hidden: data-needs-script hidden.
function reveal(root) {
  root.querySelectorAll("[data-needs-script][hidden]").forEach((element) => {
    element.hidden = false;
  });
}

reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.target));
