// What every page does with a script; without one each still works.

// A form that is sent twice by a double click is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && form.method === "post") event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What is there to be printed has a button for it; without a script the browser's own does.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// On a narrow page the menu is folded until it is asked for.
const fold = document.querySelector(".menu-fold");
if (fold && matchMedia("(max-width: 60rem)").matches) fold.removeAttribute("open");

// A link to something within a folded part unfolds it.
const unfold = () => {
  const aim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = aim?.closest("details:not([open])");
  for (let part = aim; part; part = part.parentElement) if (part.localName === "details") part.open = true;
  if (folded) aim.scrollIntoView();
};
addEventListener("hashchange", unfold);
if (location.hash) unfold();
