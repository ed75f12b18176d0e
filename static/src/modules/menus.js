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
  event.target.querySelector('[autofocus], .menu-b textarea, .menu-b input:not([type=hidden])')?.focus();
}, true);
