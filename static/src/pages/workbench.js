// The workbench without the mouse: clusters, members, verdicts, dispositions, proposing. Single keys never act
// while somebody types, and can be switched off; the choice is kept for the person in this browser.
import { isTyping } from '../modules/keys.js';

const bench = document.querySelector('[data-workbench]');
const help = document.querySelector('[data-keys-help]');
const button = document.querySelector('[data-keys-switch]');
const memory = `keys-off:${bench?.dataset.person}`;
const KINDS = { q: 'keep', w: 'merge', e: 'strip', r: 'reuse', t: 'remediate', y: 'reject' };
let column = null;

const columns = () => [...new Set([...document.querySelectorAll('.member[data-column]')].map((cell) => cell.dataset.column))];
const cell = (number) => document.querySelector(`.member[data-column="${number}"]`);
const isOff = () => localStorage.getItem(memory) === '1';

function show() {
  const off = isOff();
  button.hidden = false;
  button.textContent = off ? button.dataset.on : button.dataset.off;
  button.setAttribute('aria-pressed', String(!off));
  help.toggleAttribute('data-off', off);
}

function choose(number) {
  column = number;
  for (const one of document.querySelectorAll('.is-active')) one.classList.remove('is-active');
  for (const one of document.querySelectorAll(`[data-column="${number}"], [data-member="${number}"]`)) one.classList.add('is-active');
  cell(number)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function step(by) {
  const all = columns();
  if (all.length) choose(all[Math.max(0, Math.min(all.length - 1, all.indexOf(column) + by))] ?? all[0]);
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function dispose(kind) {
  const radio = cell(column ?? columns()[0])?.querySelector(`[data-kind="${kind}"]`);
  if (!radio) return false;
  choose(radio.closest('.member').dataset.column);
  radio.checked = true;
  radio.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

/** The verdict buttons stand in the row above, in the column of the member. */
function judge(key) {
  const at = cell(column)?.cellIndex;
  const pressed = [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => one.closest('td').cellIndex === at);
  pressed?.click();
  return Boolean(pressed);
}

const single = {
  j: () => follow('[data-next]'),
  k: () => follow('[data-previous]'),
  ArrowRight: () => { step(1); return true; },
  ArrowLeft: () => { step(-1); return true; },
  1: () => judge('1'),
  2: () => judge('2'),
  3: () => judge('3'),
  ...Object.fromEntries(Object.entries(KINDS).map(([key, kind]) => [key, () => dispose(kind)])),
};

document.addEventListener('keydown', (event) => {
  const form = document.getElementById('plan-form');
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && form && !document.querySelector('dialog[open]')) {
    event.preventDefault();
    return form.requestSubmit(form.querySelector('[name=do][value=propose]'));
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(event.target)) return;
  // in a group of choices the arrows belong to the group
  if (event.key.startsWith('Arrow') && event.target.matches?.('input[type=radio]')) return;
  const act = single[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act?.()) event.preventDefault();
});

document.addEventListener('focusin', (event) => {
  const member = event.target.closest?.('.member[data-column]');
  if (member && member.dataset.column !== column) choose(member.dataset.column);
});

// what was fetched anew does not know which member was walked to
document.addEventListener('htmx:after:swap', () => { if (column) choose(column); });

button?.addEventListener('click', () => {
  localStorage.setItem(memory, isOff() ? '0' : '1');
  show();
});
if (button) show();
