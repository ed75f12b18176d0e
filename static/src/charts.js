// Pictures: each figure is drawn from the data beside it, which are the figures of its table.
// Drawn on canvas: SVG would bring inline styles, which the security policy refuses. What the pointer is on is said by
// a field of our own, and the grid is the simple one: the library's tooltip with its pointers would weigh 20 KB more.
import { BarChart, SankeyChart } from 'echarts/charts';
import { AriaComponent, GridSimpleComponent, LegendPlainComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { look } from './charts/look.js';
import { hint } from './charts/hint.js';
import { sankey } from './charts/sankey.js';
import { bars, stacked, stairs } from './charts/bars.js';

use([BarChart, SankeyChart, AriaComponent, GridSimpleComponent, LegendPlainComponent, CanvasRenderer]);

const KINDS = { sankey, stairs, stacked, bars };
const NARROW = matchMedia('(max-width: 720px)');
const PAPER = { width: 640, height: 320 }; // A4 upright; the large ones are higher
let printing = false;

/** Amounts stand in the page as exact digits; for a drawing a number will do. */
function number(name, value) {
  if (name === 'value') return Number(value);
  return name === 'values' ? value.map(Number) : value;
}

/** Draw one figure; drawn again when the screen becomes narrow or wide, and for paper. */
function draw(figure) {
  const field = figure.querySelector('.fig-c');
  const data = JSON.parse(document.getElementById(`${figure.id}-data`).textContent, number);
  const canvas = document.createElement('div');
  canvas.className = 'fig-d';
  field.replaceChildren(canvas);
  const chart = init(canvas, null, { renderer: 'canvas' });
  const show = (narrow) => chart.setOption(KINDS[figure.dataset.chart](data, look(data, narrow)), true);
  show(NARROW.matches);
  chart.on('click', (event) => {
    const url = event.data?.url;
    if (url) location.assign(url);
  });
  hint(chart, field);
  NARROW.addEventListener('change', () => printing || show(NARROW.matches));
  new ResizeObserver(() => printing || chart.resize()).observe(field);
  addEventListener('beforeprint', () => {
    printing = true;
    chart.resize(field.classList.contains('is-l') ? { ...PAPER, height: 420 } : PAPER);
    show(false);
    chart.getZr().flush();
  });
  addEventListener('afterprint', () => {
    printing = false;
    chart.resize();
    show(NARROW.matches);
  });
  field.dataset.drawn = 'yes';
}

for (const figure of document.querySelectorAll('figure[data-chart]:not(:has([data-drawn]))')) draw(figure);
