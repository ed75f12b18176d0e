// The workbench without the mouse: clusters, members, verdicts, dispositions, saving, proposing. Single keys never
// act while somebody types, and can be switched off; the choice is kept for the person in this browser.
import { isTyping } from '../modules/keys.js';
import { Steps } from '../modules/steps.js';

const bench = document.querySelector('[data-workbench]');
const help = document.querySelector('[data-keys-help]');
const button = document.querySelector('[data-keys-switch]');
const memory = `keys-off:${bench?.dataset.person}`;
const place = 'bench-member';
const KINDS = { q: 'keep', w: 'merge', e: 'strip', r: 'reuse', t: 'remediate', y: 'reject' };
let column = null;

const form = () => document.getElementById('plan-form');
const columns = () => [...new Set([...document.querySelectorAll('.member[data-column]')].map((cell) => cell.dataset.column))];
const cell = (number) => document.querySelector(`.member[data-column="${number}"]`);
const within = (number, selector) => document.querySelector(`[data-member="${number}"] ${selector}, .member[data-column="${number}"] ${selector}`);
const isOff = () => localStorage.getItem(memory) === '1';
const isWide = matchMedia('(min-width: 1101px)');

function show() {
  const off = isOff();
  button.hidden = false;
  document.querySelector('[data-keys-more]').hidden = false;
  button.textContent = off ? button.dataset.on : button.dataset.off;
  button.setAttribute('aria-pressed', String(!off));
  help.toggleAttribute('data-off', off);
}

function choose(number) {
  column = number;
  sessionStorage.setItem(place, JSON.stringify([form().getAttribute('action'), number]));
  for (const one of document.querySelectorAll('.is-active')) one.classList.remove('is-active');
  for (const one of document.querySelectorAll(`[data-column="${number}"], [data-member="${number}"]`)) one.classList.add('is-active');
}

/** The member stands in sight beside the reference; the page does not jump up or down. */
function reveal(number) {
  const at = cell(number);
  const box = at.closest('.cmpw');
  if (!box) return at.scrollIntoView({ block: 'nearest' });
  const fixed = box.querySelector('tbody th').offsetWidth;
  const [inner, outer] = [at.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.left < outer.left + fixed) box.scrollLeft -= outer.left + fixed - inner.left;
  else if (inner.right > outer.right) box.scrollLeft += inner.right - outer.right;
}

function step(by) {
  const all = columns();
  if (!all.length) return false;
  choose(all[Math.max(0, Math.min(all.length - 1, all.indexOf(column) + by))] ?? all[0]);
  reveal(column);
  cell(column).focus({ preventScroll: true });
  return true;
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function press(found) {
  found?.click();
  return Boolean(found);
}

function dispose(kind) {
  const radio = cell(column ?? columns()[0])?.querySelector(`[data-kind="${kind}"]`);
  if (!radio) return false;
  choose(radio.closest('.member').dataset.column);
  radio.checked = true;
  radio.dispatchEvent(new Event('input', { bubbles: true }));
  radio.dispatchEvent(new Event('change', { bubbles: true }));
  cell(column).scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return true;
}

/** The verdict on the pair of this member and the reference; of two members there is only one pair. */
function judge(key) {
  const all = document.querySelectorAll(`[data-key="${key}"]`);
  return press(within(column, `[data-key="${key}"]`) ?? (all.length === 1 ? all[0] : null));
}

function write(selector) {
  const fields = [...document.querySelectorAll(selector)];
  const field = fields.find((one) => one.offsetParent);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

const send = (value) => form().requestSubmit(form().querySelector(`[name=do][value=${value}]`));

const single = {
  j: () => follow('[data-next]'),
  k: () => follow('[data-previous]'),
  ArrowRight: () => step(1),
  ArrowLeft: () => step(-1),
  1: () => judge('1'),
  2: () => judge('2'),
  3: () => judge('3'),
  v: () => press(within(column ?? columns()[0], 'a[data-dialog]')),
  a: () => write(`.member[data-column="${column ?? columns()[0]}"] input.form-control`),
  g: () => write('#plan-form textarea[name=reason]'),
  '?': () => press(document.querySelector('[data-opens="bench-keys"]')),
  Enter: () => { send('save'); return true; },
  ...Object.fromEntries(Object.entries(KINDS).map(([key, kind]) => [key, () => dispose(kind)])),
};

document.addEventListener('keydown', (event) => {
  if (event.isComposing || document.querySelector('dialog[open]')) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === 'Enter' && form()) return take(event, () => send('propose'));
  if (command && event.key.toLowerCase() === 'z' && !isTyping(event.target)) {
    return take(event, () => (event.shiftKey ? steps?.forth() : steps?.back()));
  }
  if (event.key === 'Escape' && event.target.closest('#plan-form') && isTyping(event.target)) {
    return take(event, () => (cell(event.target.closest('.member')?.dataset.column ?? column) ?? form()).focus());
  }
  if (command || event.altKey || isOff() || isTyping(event.target)) return;
  // in a group of choices the arrows belong to the group, and buttons and links have their own Enter
  if (event.key.startsWith('Arrow') && event.target.matches?.('input[type=radio]')) return;
  if (event.key === 'Enter' && (!form() || event.target.matches?.('a, button, summary, input'))) return;
  const act = single[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act?.()) event.preventDefault();
});

function take(event, act) {
  event.preventDefault();
  act();
}

document.addEventListener('focusin', (event) => {
  const member = event.target.closest?.('.member[data-column]');
  if (member && member.dataset.column !== column) choose(member.dataset.column);
});

const steps = form() ? new Steps(form, shown) : null;
document.addEventListener('change', (event) => { if (event.target.form === form()) steps?.note(); });

function shown() {
  const group = document.querySelector('[data-steps]');
  if (!group) return;
  group.hidden = false;
  group.querySelector('[data-undo]').disabled = !steps.past.length;
  group.querySelector('[data-redo]').disabled = !steps.future.length;
}
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-undo]')) steps?.back();
  if (event.target.closest('[data-redo]')) steps?.forth();
});

// what was fetched anew knows neither what was typed meanwhile nor which member was walked to
document.addEventListener('htmx:before:swap', () => steps?.note());
document.addEventListener('htmx:after:swap', () => {
  steps?.write()?.dispatchEvent(new Event('change', { bubbles: true }));
  if (column) choose(column);
  if (steps) shown();
});

button?.addEventListener('click', () => {
  localStorage.setItem(memory, isOff() ? '0' : '1');
  show();
});
if (button) show();
if (steps) shown();
// after saving one is back at the member where one was
const [address, member] = JSON.parse(sessionStorage.getItem(place) ?? '[]');
if (form()?.getAttribute('action') === address && cell(member)) {
  choose(member);
  cell(member).focus({ preventScroll: true });
} else if (isWide.matches && columns().length) choose(columns()[0]);
