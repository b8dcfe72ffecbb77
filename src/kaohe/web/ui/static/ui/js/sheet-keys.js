// A table of inputs moved through as a spreadsheet is, and filled by pasting a block of cells.

// `told` is called with the cell: restore (Escape), comment (Shift+F2), and pasted with the number
// of values that found no cell.
export function moveByKeys(form, told) {
  const grid = [...form.querySelectorAll("tbody tr")].map((row) => [
    ...row.querySelectorAll("td input"),
  ]);
  const places = new Map();
  grid.forEach((row, down) => row.forEach((input, across) => places.set(input, [down, across])));

  const go = (down, across) => {
    const input = grid[down]?.[across];
    if (!input) return false;
    input.focus();
    return true;
  };

  form.addEventListener("focusin", (event) => {
    if (places.has(event.target)) event.target.select();
  });

  form.addEventListener("keydown", (event) => {
    const place = places.get(event.target);
    if (!place || event.isComposing || event.altKey) return;
    if (move(event, ...place)) event.preventDefault();
  });

  function move(event, down, across) {
    const input = event.target;
    const last = [grid.length - 1, grid[down].length - 1];
    const whole = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "Enter":
        return nextInColumn(down, across, event.shiftKey ? -1 : 1);
      case "ArrowDown":
        return go(whole ? last[0] : down + 1, across) || true;
      case "ArrowUp":
        return go(whole ? 0 : down - 1, across) || true;
      case "ArrowLeft":
        return !event.shiftKey && atEdge(input, 0) && go(down, whole ? 0 : across - 1);
      case "ArrowRight":
        return (
          !event.shiftKey && atEdge(input, input.value.length) && go(down, whole ? last[1] : across + 1)
        );
      case "Home":
        return !event.shiftKey && go(whole ? 0 : down, 0);
      case "End":
        return !event.shiftKey && go(whole ? last[0] : down, last[1]);
      case "Escape":
        told.restore(input.closest("td"));
        input.select();
        return true;
      case "F2":
        if (event.shiftKey) told.comment(input.closest("td"));
        else input.setSelectionRange(input.value.length, input.value.length);
        return true;
    }
    return false;
  }

  // Below the last area goes on with the first of the next item, as in filling a form by columns.
  function nextInColumn(down, across, step) {
    const next = down + step;
    if (next >= grid.length) return go(0, across + 1) || true;
    if (next < 0) return go(grid.length - 1, across - 1) || true;
    return go(next, across);
  }

  // A caret at the edge leaves the cell; so does a cell that is selected as a whole.
  function atEdge(input, edge) {
    const { selectionStart: from, selectionEnd: to, value } = input;
    return (from === edge && to === edge) || (from === 0 && to === value.length);
  }

  form.addEventListener("paste", (event) => {
    const place = places.get(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!place || !/[\t\r\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    told.pasted(fillBlock(text, ...place));
  });

  function fillBlock(text, down, across) {
    let beyond = 0;
    blockOf(text).forEach((line, row) =>
      line.forEach((value, column) => {
        const input = grid[down + row]?.[across + column];
        if (!input) {
          beyond += value ? 1 : 0;
          return;
        }
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    );
    return beyond;
  }
}

function blockOf(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((value) => value.trim()));
}
