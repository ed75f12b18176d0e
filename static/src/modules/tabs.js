// On a phone the row of tabs is wider than the window: the current one is brought into sight.
function show() {
  for (const row of document.querySelectorAll('.tabs')) {
    const here = row.querySelector('[aria-current]');
    if (here && row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }
}

show();
addEventListener('resize', show);
