// The grid of lines: rows that save themselves, keyboard and pointer, blocks from a spreadsheet, sums while typing.
import '../grid/saving.js';
import '../grid/moving.js';
import '../grid/pasting.js';

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
