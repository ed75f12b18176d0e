// My work without the mouse: J and K walk through what waits, Enter opens it. Never while somebody types.
import { isTyping } from '../modules/keys.js';

document.addEventListener('keydown', (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const doors = [...document.querySelectorAll('.task .go a')];
  const here = doors.indexOf(document.activeElement);
  const next = doors[here < 0 ? (step > 0 ? 0 : doors.length - 1) : here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.closest('.task').scrollIntoView({ block: 'nearest' });
});
