// A page that waits for work asks how far it is, and goes on to what came of it.

const EVERY = 1500; // milliseconds

async function look() {
  try {
    const answer = await fetch(location.href);
    if (answer.redirected) return void location.replace(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [shown, now] = [document, page].map((one) => one.querySelector("[data-progress]"));
    if (!now) return void location.reload();
    if (now.dataset.progress !== "running") return void shown.replaceWith(now);
    const [bar, share] = [shown, now].map((one) => one.querySelector("progress"));
    bar.value = share.value;
    bar.parentElement.replaceChildren(...share.parentElement.childNodes);
    const [told, news] = [shown, now].map((one) => one.querySelector("[role=status]"));
    // Said again only when it says something else: somebody may be listening to it.
    if (told.textContent !== news.textContent) told.textContent = news.textContent;
  } catch {
    // The line is down: look again later.
  }
  setTimeout(look, EVERY);
}
setTimeout(look, EVERY);
