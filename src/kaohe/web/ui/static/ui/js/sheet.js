// A sheet of marks that saves itself cell by cell. Without a script the same page is one form.
//
// What is typed is kept in the browser until the server has it: a lost connection, an ended
// session, a closed page lose nothing. The server decides; this only sends, waits and tells.

import { moveByKeys } from "./sheet-keys.js";

const form = document.getElementById("sheet-form");
const words = JSON.parse(document.getElementById("sheet-words").textContent);
const bar = document.getElementById("sheet-bar");
const problem = document.getElementById("sheet-problem");
const signForm = document.getElementById("sign-form");
const frame = form.querySelector(".table-frame");
const barComment = document.getElementById("bar-comment");

const IDLE = 2000; // milliseconds after the last key until a cell is sent while it is still filled
const MOST_CELLS = 200; // in one request
const LONGEST_WAIT = 30000;
const PATIENCE = 20000;
const GAP = 8; // pixels

const say = (word, n) => words[word].replace("{n}", n);
const keyOf = (area, node) => `${area}|${node}`;

// -- cells

const cells = new Map();
for (const td of form.querySelectorAll("td[data-node]")) {
  const row = td.closest("tr");
  const cell = {
    td,
    area: row.dataset.area,
    areaName: row.dataset.name,
    node: td.dataset.node,
    input: td.querySelector("input"),
    comment: td.querySelector("textarea"),
    told: td.querySelector(".state"),
    version: Number(td.dataset.version),
    saved: { score: td.dataset.score, comment: td.dataset.comment },
    missing: "missing" in td.dataset,
    sending: null, // what is on its way
    refused: null, // what the server did not take, and why
    other: null, // what somebody else put there meanwhile
    touched: false,
  };
  cell.key = keyOf(cell.area, cell.node);
  if (td.dataset.state === "conflict") {
    cell.other = {
      ...cell.saved,
      version: cell.version,
      comment_missing: cell.missing,
      told: cell.told.textContent,
    };
  }
  cells.set(cell.key, cell);
  td.cell = cell;
}

const typed = (cell) => ({ score: cell.input.value.trim(), comment: cell.comment.value.trim() });
const same = (one, two) => one.score === two.score && one.comment === two.comment;
const isOpen = (cell) => !same(typed(cell), cell.saved);
const isRefused = (cell) => cell.refused && same(typed(cell), cell.refused);
const waits = (cell) => isOpen(cell) && !cell.other && !isRefused(cell);

// -- what is kept in the browser

const drafts = {
  name: form.dataset.drafts,
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) || {};
    } catch {
      return {};
    }
  },
  change(cell) {
    const all = this.read();
    if (isOpen(cell)) all[cell.key] = { ...typed(cell), seen: cell.version };
    else delete all[cell.key];
    try {
      if (Object.keys(all).length) localStorage.setItem(this.name, JSON.stringify(all));
      else localStorage.removeItem(this.name);
    } catch {
      // A browser that keeps nothing still saves to the server, and warns before it leaves.
    }
  },
};

function restoreDrafts() {
  let found = 0;
  for (const [key, draft] of Object.entries(drafts.read())) {
    const cell = cells.get(key);
    if (!cell) continue;
    cell.input.value = draft.score;
    cell.comment.value = draft.comment;
    if (isOpen(cell)) {
      cell.version = draft.seen;
      found += 1;
    }
    drafts.change(cell);
  }
  if (found) notice = say("restored", found);
}

// -- what is told

let trouble = ""; // why nothing can be sent now: a word of `words`
let reason = "";
let notice = "";

function stateOf(cell) {
  if (cell.other) return "conflict";
  if (isRefused(cell)) return "refused";
  if (cell.sending) return "saving";
  if (isOpen(cell)) return "unsaved";
  return cell.touched ? "saved" : "";
}

function show(cell) {
  const state = stateOf(cell);
  cell.td.dataset.state = state;
  cell.td.toggleAttribute("data-missing", cell.missing && !isOpen(cell));
  cell.input.setAttribute("aria-invalid", String(state === "refused" || state === "conflict"));
  if (state === "refused") cell.told.textContent = cell.refused.reason;
  else if (state === "conflict") cell.told.textContent = words.conflict;
  else if (cell.missing && !isOpen(cell)) cell.told.textContent = words.comment_missing;
  else if (state) cell.told.textContent = words[state];
  else cell.told.textContent = cell.saved.comment ? words.commented : "";
  showChoice(cell);
  if (current === cell) showBar();
}

function showChoice(cell) {
  const there = cell.td.querySelector(".choice");
  if (!cell.other) {
    there?.remove();
    return;
  }
  const box = there || document.getElementById("sheet-choice").content.cloneNode(true).firstElementChild;
  const mine = typed(cell);
  box.querySelector("[data-choice=theirs]").textContent = cell.other.told;
  box.querySelector("[data-choice=mine]").textContent = words.mine
    .replace("{score}", mine.score || words.empty)
    .replace("{comment}", mine.comment || words.none);
  if (!there) cell.td.append(box);
}

function showAll() {
  const every = [...cells.values()];
  const refused = every.filter(isRefused).length;
  const conflicts = every.filter((cell) => cell.other).length;
  const waiting = every.filter(waits).length;
  const lines = [];
  if (notice) lines.push(notice);
  if (trouble && waiting) lines.push(say(trouble, waiting).replace("{reason}", reason));
  if (refused) lines.push(say("refused_n", refused));
  if (conflicts) lines.push(say("conflict_n", conflicts));
  const told = lines.join(" ");
  if (problem.firstElementChild.textContent !== told) problem.firstElementChild.textContent = told;
  problem.hidden = !told;
  problem.lastElementChild.hidden = !(trouble === "expired" || trouble === "other_person") || !waiting;
  const saving = document.getElementById("sheet-saving");
  if (waiting) saving.textContent = trouble ? "" : say("saving_n", waiting);
  else saving.textContent = refused || conflicts || !every.some((cell) => cell.touched) ? "" : words.all_saved;
}

// -- the bar above the sheet: the cell in hand

let current = null;

function showBar() {
  const cell = current;
  if (!cell) return;
  const set = (name, text) => {
    bar.querySelector(`[data-bar=${name}]`).textContent = text;
  };
  set("area", cell.areaName);
  set("item", cell.td.dataset.label);
  set("range", cell.td.dataset.range);
  set("state", cell.told.textContent);
  set("spread", cell.td.dataset.spread);
  if (document.activeElement !== barComment) barComment.value = cell.comment.value;
  showNotes(cell);
}

function showNotes(cell) {
  const box = bar.querySelector("[data-bar=notes]");
  if (box.dataset.area === cell.area) return;
  box.dataset.area = cell.area;
  const notes = [...document.querySelectorAll(".sheet-notes")].find(
    (one) => one.dataset.area === cell.area,
  );
  box.hidden = !notes;
  box.lastElementChild.replaceChildren();
  if (!notes) return;
  const list = notes.querySelector("ul").cloneNode(true);
  box.firstElementChild.textContent = say("notes", list.children.length);
  box.lastElementChild.append(list);
}

// -- sending

let busy = false;
let attempts = 0;
let timer = 0;
let stopped = false;

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(flush, delay);
}

const token = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ||
  form.querySelector("[name=csrfmiddlewaretoken]").value;

async function flush() {
  clearTimeout(timer);
  if (busy || stopped) return;
  const batch = [...cells.values()].filter(waits).slice(0, MOST_CELLS);
  if (!batch.length) {
    showAll();
    return;
  }
  busy = true;
  for (const cell of batch) {
    cell.sending = typed(cell);
    show(cell);
  }
  showAll();
  const answer = await send(batch);
  busy = false;
  if (answer) take(answer);
  for (const cell of batch) cell.sending = null;
  batch.forEach(show);
  showAll();
  if (answer) later(0);
  else if (!stopped) later(Math.min(LONGEST_WAIT, 1000 * 2 ** attempts));
}

// The answer of the server, or nothing; then `trouble` says why.
async function send(batch) {
  const body = JSON.stringify({
    username: form.dataset.username,
    cells: batch.map((cell) => ({
      area: cell.area,
      node: cell.node,
      ...cell.sending,
      seen: cell.version,
    })),
  });
  attempts += 1;
  let response;
  try {
    response = await fetch(form.dataset.cells, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    trouble = "offline";
    return null;
  }
  const json = response.headers.get("Content-Type")?.startsWith("application/json");
  const told = json ? await response.json().catch(() => null) : null;
  if (response.ok && told) {
    trouble = "";
    attempts = 0;
    return told;
  }
  if (told?.state === "closed") {
    trouble = "closed";
    reason = told.reason;
    stopped = true;
  } else if (told?.state === "other_person") trouble = "other_person";
  else if (response.status === 404) trouble = "gone";
  else if (response.status >= 500 || response.status === 429) trouble = "server";
  else if (response.status === 400) {
    trouble = "closed";
    reason = told?.reason || "";
    stopped = true;
  } else trouble = "expired";
  return null;
}

function take(answer) {
  for (const one of answer.cells) {
    const cell = cells.get(keyOf(one.area, one.node));
    cell.touched = true;
    settle(cell, one);
    drafts.change(cell);
  }
  for (const [node, column] of Object.entries(answer.columns)) showColumn(node, column);
  document.getElementById("sheet-progress").textContent = answer.progress;
  showSigning(answer.sign_refused);
}

function settle(cell, one) {
  const sent = cell.sending;
  if (one.state === "refused") {
    cell.refused = { ...sent, reason: one.reason };
    return;
  }
  if (one.state === "conflict") {
    cell.other = { ...one, told: one.other };
    return;
  }
  const untouched = same(typed(cell), sent);
  cell.version = one.version;
  cell.saved = { score: one.score, comment: one.comment };
  cell.missing = one.comment_missing;
  cell.refused = null;
  // How it is stored may differ from how it was typed: 92.50 is 92.5.
  if (untouched) fill(cell, cell.saved);
}

function fill(cell, content) {
  cell.input.value = content.score;
  cell.comment.value = content.comment;
}

function showColumn(node, column) {
  for (const td of form.querySelectorAll("td[data-node]")) {
    if (td.dataset.node === node) td.dataset.spread = column.told;
  }
  for (const line of document.querySelectorAll(".spread tr[data-node]")) {
    if (line.dataset.node !== node) continue;
    for (const td of line.querySelectorAll("[data-of]")) td.textContent = column[td.dataset.of];
  }
}

function showSigning(refused) {
  if (!signForm) return;
  signForm.querySelector("button").disabled = Boolean(refused);
  document.getElementById("sign-refused").textContent = refused;
}

// -- what people do

function touched(cell) {
  cell.touched = true;
  notice = "";
  drafts.change(cell);
  show(cell);
  showAll();
}

form.addEventListener("input", (event) => {
  const cell = event.target.closest("td")?.cell;
  if (!cell) return;
  touched(cell);
  // While a number is being typed it is not looked at yet.
  if (!stopped && !trouble) later(IDLE);
});

form.addEventListener("change", (event) => {
  if (event.target.closest("td")?.cell && !trouble) flush();
});

form.addEventListener("focusin", (event) => {
  const cell = event.target.closest("td")?.cell;
  if (!cell) return;
  current = cell;
  showBar();
  uncover();
});

// The bar stays in sight while the page scrolls; the headings of the sheet are never behind it.
function uncover() {
  const hidden = bar.getBoundingClientRect().bottom - frame.getBoundingClientRect().top;
  if (bar.offsetParent && hidden > 0) window.scrollBy(0, -hidden - GAP);
}

barComment.addEventListener("input", () => {
  if (!current) return;
  current.comment.value = barComment.value;
  touched(current);
  if (!stopped && !trouble) later(IDLE);
});
barComment.addEventListener("change", () => trouble || flush());
barComment.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !current) return;
  event.preventDefault();
  current.input.focus();
});

form.addEventListener("click", (event) => {
  const choice = event.target.dataset.take;
  const cell = event.target.closest("td")?.cell;
  if (!choice || !cell?.other) return;
  const theirs = cell.other;
  cell.version = theirs.version;
  cell.saved = { score: theirs.score, comment: theirs.comment };
  cell.missing = theirs.comment_missing;
  cell.other = null;
  if (choice === "theirs") fill(cell, cell.saved);
  touched(cell);
  cell.input.focus();
  flush();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  attempts = 0;
  flush();
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
  event.preventDefault();
  attempts = 0;
  flush();
});

signForm?.addEventListener("submit", (event) => {
  const open = [...cells.values()].filter(isOpen).length;
  if (open) {
    event.preventDefault();
    event.stopPropagation();
    notice = say("not_yet", open);
    showAll();
    flush();
    return;
  }
  const edition = [...cells.values()].reduce((sum, cell) => sum + cell.version, 0);
  signForm.querySelector("[name=seen]").value = edition;
});

window.addEventListener("beforeunload", (event) => {
  if ([...cells.values()].some(isOpen)) event.preventDefault();
});
const again = () => {
  if (!trouble) return;
  attempts = 0;
  flush();
};
window.addEventListener("online", again);
window.addEventListener("focus", again);
document.addEventListener("visibilitychange", () => document.hidden || again());

moveByKeys(form, {
  restore(td) {
    fill(td.cell, td.cell.saved);
    touched(td.cell);
    td.cell.touched = false;
    show(td.cell);
  },
  comment(td) {
    current = td.cell;
    showBar();
    if (bar.querySelector(".bar-comment").offsetParent) barComment.focus();
    else td.cell.comment.focus();
  },
  pasted(beyond) {
    if (beyond) notice = say("beyond", beyond);
    showAll();
    if (!trouble) flush();
  },
});

form.classList.add("live");
bar.hidden = false;
restoreDrafts();
cells.forEach(show);
const first = form.querySelector("td input");
if (first) {
  current = first.closest("td").cell;
  showBar();
}
showAll();
flush();
