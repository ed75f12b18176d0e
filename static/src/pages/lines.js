// The grid of lines: Escape leaves a row; a block pasted into a cell goes to the paste form; sums while typing.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !event.target.matches?.('[form="row-form"]')) return;
  document.querySelector('#row-form [data-cancel]')?.click();
});

// More than one row or cell: the page for pasting takes it.
document.addEventListener('paste', (event) => {
  if (!event.target.matches?.('[form="row-form"]')) return;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const rows = text.replace(/\r?\n$/, '');
  if (!/[\t\n]/.test(rows)) return;
  const link = document.querySelector('.gridtools a[data-dialog]');
  if (!link) return;
  event.preventDefault();
  fill(text);
  link.click();
});

/** Put the block into the form as soon as the dialog shows it. */
function fill(text) {
  const dialog = document.getElementById('page-dialog');
  const watcher = new MutationObserver(() => {
    const field = dialog.querySelector('textarea[name=text]');
    if (!field) return;
    watcher.disconnect();
    field.value = text;
    field.focus();
  });
  watcher.observe(dialog, { childList: true, subtree: true });
}

// An empty amount shows what quantity × unit price will make of it, in whole fen.
document.addEventListener('input', (event) => {
  if (!event.target.matches?.('[form="row-form"], [data-price-form] input')) return;
  const cells = event.target.form.elements;
  const price = digits(cells.unit_price?.value, 6);
  const count = digits((cells.person_months ?? cells.quantity)?.value, 2);
  if (cells.declared) cells.declared.placeholder = price === null || count === null ? '' : shown(price * count);
});

/** The number as an integer of 10^-places, or null when it is none. */
function digits(text, places) {
  const found = /^\s*(\d{1,12})(?:\.(\d+))?\s*$/.exec(text ?? '');
  if (!found || (found[2] ?? '').length > places) return null;
  return BigInt(found[1] + (found[2] ?? '').padEnd(places, '0'));
}

/** 10^-8 units as a number with at most six decimals. */
function shown(product) {
  const text = product.toString().padStart(9, '0');
  return `${text.slice(0, -8)}.${text.slice(-8)}`.replace(/0{1,6}$/, '');
}
