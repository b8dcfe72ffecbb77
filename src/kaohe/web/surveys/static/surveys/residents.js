// The form works without this. With it: the code comes from the link, answers outlast a lost
// connection, questions are read aloud, and a second tap does nothing.
const form = document.querySelector("form[data-tag]");
const began = Date.now();
const IDLE = 180000, AFTERWARDS = 30000; // milliseconds
let leaving;

if (form) {
  fillCode();
  if (form.dataset.shared) cleanUp(IDLE); else keepAnswers();
  readAloud();
  form.addEventListener("submit", send);
  if (form.dataset.shared) for (const sign of ["pointerdown", "keydown"]) form.addEventListener(sign, () => cleanUp(IDLE));
}

function fillCode() {
  const code = stored(() => decodeURIComponent(location.hash.slice(1))) || "";
  if (/^[0-9A-Za-z-]{8,24}$/.test(code))
    form.elements.code.value = code.replaceAll("-", "").match(/.{1,4}/g).join("-");
}

// Kept in this tab only, and without the code: on a shared phone nothing is left behind.
function keepAnswers() {
  const name = `answers-${form.dataset.tag}`;
  const kept = JSON.parse(stored(() => sessionStorage.getItem(name)) || "{}");
  for (const input of form.querySelectorAll("input[type=radio]"))
    if (kept[input.name] === input.value) input.checked = true;
  form.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    kept[event.target.name] = event.target.value;
    stored(() => sessionStorage.setItem(name, JSON.stringify(kept)));
  });
}

// On a shared tablet nothing outlasts the person who ticked it: not in the tab, not in the history.
function cleanUp(after) {
  clearTimeout(leaving);
  leaving = setTimeout(() => location.replace(form.dataset.shared), after);
}

function stored(act) {
  try { return act(); } catch { return null; }
}

function readAloud() {
  if (!("speechSynthesis" in window)) return;
  for (const button of form.querySelectorAll(".say")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = button.closest("fieldset");
      const parts = [...field.querySelectorAll("legend, .help, label")];
      const speech = new SpeechSynthesisUtterance(parts.map((part) => part.textContent.trim()).join("。"));
      speech.lang = document.documentElement.lang;
      speech.rate = 0.9;
      speechSynthesis.cancel();
      speechSynthesis.speak(speech);
    });
  }
}

function took() {
  const seconds = (Date.now() - began) / 1000;
  return seconds < 30 ? "01" : seconds < 60 ? "02" : seconds < 180 ? "03" : "04";
}

// Of one length, whatever is ticked: who sees on the way how long it is learns nothing by it.
function everything() {
  const sent = new URLSearchParams(new FormData(form));
  for (const input of form.querySelectorAll("input[type=radio], input[type=checkbox]"))
    if (!sent.has(input.name)) sent.append(input.name, "00");
  return sent;
}

async function send(event) {
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  form.elements.took.value = took();
  say(form.dataset.busy);
  try {
    const answer = await fetch(location.pathname + location.search, {
      method: "POST",
      body: everything(),
    });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.status);
  } catch {
    say(form.dataset.offline);
  } finally {
    delete form.dataset.sending;
  }
}

function say(text) {
  const place = document.getElementById("progress");
  place.textContent = text;
  place.hidden = !text;
}

// What is wrong with the form is shown in place, so that nothing ticked is lost; all else replaces it.
function show(page, status) {
  const problem = page.getElementById("problem");
  if (problem) return say(problem.textContent);
  const main = page.querySelector("main");
  if (!main) return say(form.dataset.offline);
  if (status === 200) stored(() => sessionStorage.removeItem(`answers-${form.dataset.tag}`));
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  if (form.dataset.shared) {
    main.querySelector("a.send")?.addEventListener("click", (event) => { event.preventDefault(); cleanUp(0); });
    cleanUp(AFTERWARDS);
  }
  scrollTo(0, 0);
  main.focus();
}
