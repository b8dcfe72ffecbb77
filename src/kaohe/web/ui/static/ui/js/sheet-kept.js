// What the browser still keeps of a sheet that has closed meanwhile: shown, until it is cleared.

const box = document.getElementById("sheet-kept");
const name = box.dataset.drafts;

function kept() {
  try {
    return Object.entries(JSON.parse(localStorage.getItem(name)) || {});
  } catch {
    return [];
  }
}

const cells = new Map();
for (const td of document.querySelectorAll(".marks td[data-node]")) {
  const row = td.closest("tr");
  cells.set(`${row.dataset.area}|${td.dataset.node}`, `${row.dataset.name} · ${td.dataset.label}`);
}

for (const [key, draft] of kept()) {
  const line = document.createElement("li");
  line.textContent = [cells.get(key) ?? key, draft.score, draft.comment].filter(Boolean).join("：");
  box.querySelector("ul").append(line);
  box.hidden = false;
}

box.querySelector("button").addEventListener("click", () => {
  localStorage.removeItem(name);
  box.hidden = true;
});
