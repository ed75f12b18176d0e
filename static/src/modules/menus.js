// <details> used as menus close like menus: outside click, Escape, and one at a time.
const MENU = 'details.menu, details.more';

function close(menu) {
  menu.open = false;
  if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
}

document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll(MENU)) {
    if (!menu.open) continue;
    if (!menu.contains(event.target) || event.target.closest('[data-close]')) close(menu);
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = [...document.querySelectorAll(MENU)].filter((menu) => menu.open);
  open.forEach(close);
});
document.addEventListener('toggle', (event) => {
  if (!event.target.matches?.(MENU) || !event.target.open) return;
  for (const menu of document.querySelectorAll(MENU)) {
    if (menu !== event.target && menu.open && !menu.contains(event.target)) menu.open = false;
  }
  place(event.target);
  event.target.querySelector('[autofocus], .menu-b textarea, .menu-b input:not([type=hidden])')?.focus();
}, true);

/** At the start of its button where there is room, else at its end; over what would cut it off. */
function place(menu) {
  const body = menu.querySelector('.menu-b');
  if (!body) return;
  const button = menu.querySelector('summary').getBoundingClientRect();
  const width = body.offsetWidth;
  const fromStart = button.left + width < innerWidth - 16;
  menu.classList.toggle('is-start', fromStart);
  if (!menu.closest('.tw, .gridwrap, .insp, .plan-b, .cmpw, .wb-main') || innerWidth <= 720) return;
  const below = button.bottom + 4 + body.offsetHeight < innerHeight;
  body.style.position = 'fixed';
  body.style.inset = 'auto';
  body.style.left = `${fromStart ? button.left : button.right - width}px`;
  body.style.top = `${below ? button.bottom + 4 : Math.max(8, button.top - 4 - body.offsetHeight)}px`;
}
function placeOpen() {
  for (const menu of document.querySelectorAll('details.menu[open]')) place(menu);
}
addEventListener('scroll', placeOpen, { capture: true, passive: true });
addEventListener('resize', placeOpen);
