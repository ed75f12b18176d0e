// Tables with check boxes: all at once, and how many are chosen.
document.addEventListener('change', (event) => {
  const table = event.target.closest?.('table[data-selectable]');
  if (!table) return;
  const boxes = [...table.querySelectorAll('tbody input[type=checkbox]')];
  const all = table.querySelector('thead input[type=checkbox]');
  if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
  const chosen = boxes.filter((box) => box.checked);
  if (all) {
    all.checked = chosen.length === boxes.length && boxes.length > 0;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  boxes.forEach((box) => box.closest('tr').classList.toggle('sel', box.checked));
  for (const place of document.querySelectorAll('[data-chosen-count]')) place.textContent = chosen.length;
  for (const bar of document.querySelectorAll('[data-needs-chosen]')) bar.hidden = chosen.length === 0;
});
