// Bars: one amount a row, the steps of a way with their times, and amounts stacked by cause.
import { cropped } from './look.js';

/** Rows `label value colour url`, and `count` when something is counted too. */
export function bars(data, view) {
  const rows = data.rows;
  return {
    ...view.base,
    grid: { left: 4, right: rows.some((row) => row.count) ? 128 : 84, top: 4, bottom: 4, containLabel: true },
    xAxis: view.amounts({ show: false }),
    yAxis: lying(rows.map((row) => row.label), view),
    series: [{
      type: 'bar', barWidth: 16,
      data: rows.map((row) => ({ value: row.value, url: row.url, said: said(row, view), itemStyle: { color: view.token(row.colour), borderRadius: [0, 3, 3, 0] } })),
      label: { show: true, position: 'right', formatter: (event) => told(rows[event.dataIndex], view), rich: rich(view) },
    }],
  };
}

/** Steps from the first to the last: how much and how many reached it, how long it took. */
export function stairs(data, view) {
  const rows = data.rows;
  return {
    ...view.base,
    grid: { left: 4, right: view.narrow ? 160 : 196, top: 4, bottom: 4, containLabel: true },
    xAxis: view.amounts({ show: false }),
    yAxis: lying(rows.map((row) => row.label), view),
    series: [{
      type: 'bar', barWidth: 20,
      data: rows.map((row) => ({
        value: row.value, url: row.url, said: said(row, view),
        itemStyle: { color: view.token(row.colour), borderRadius: [0, 3, 3, 0] },
      })),
      label: { show: true, position: 'right', lineHeight: 16, formatter: (event) => told(rows[event.dataIndex], view), rich: rich(view) },
    }],
  };
}

/** Rows `label values urls`, the values in the order of `names`; told apart by pattern as well as by colour. */
export function stacked(data, view) {
  const labels = data.rows.map((row) => row.label);
  const series = data.names.map((name, place) => ({
    name, type: 'bar', stack: 'all', ...(data.lying ? { barMaxWidth: 18 } : { barMaxWidth: 46 }),
    itemStyle: { color: view.token(data.colours[place]), borderColor: '#fff', borderWidth: 0.5 },
    data: data.rows.map((row) => ({
      value: row.values[place], url: row.urls[place], said: `${row.label} · ${name}\n${view.exact(row.values[place])}`,
    })),
  }));
  const sums = data.rows.map((row) => row.values.reduce((sum, value) => sum + value, 0));
  const total = {
    type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent', decal: { symbol: 'none' } }, data: sums.map(() => 0),
    label: { show: true, position: data.lying ? 'right' : 'top', color: view.ink, fontWeight: 600, fontSize: 12, formatter: (event) => view.short(sums[event.dataIndex]) },
  };
  const names = data.lying ? lying(labels, view) : view.names(labels);
  const amounts = view.amounts(data.lying ? { show: false } : {});
  return {
    ...view.base,
    aria: { ...view.base.aria, decal: { show: true } },
    legend: { ...view.legend, data: data.names },
    grid: { left: 4, right: data.lying ? 64 : 8, top: view.narrow ? 76 : 52, bottom: 4, containLabel: true },
    xAxis: data.lying ? amounts : names,
    yAxis: data.lying ? names : amounts,
    series: [...series, total],
  };
}

/** What stands behind a bar: its amount, what is counted, how long it took. */
const told = (row, view) => `{b|${view.short(row.value)}}${row.count ? `{k|  ${row.count}}` : ''}${row.times ? `\n{k|${row.times}}` : ''}`;

const said = (row, view) => [row.label, view.exact(row.value), row.count, row.times].filter(Boolean).join('\n');

const rich = (view) => ({
  b: { color: view.ink, fontWeight: 600, fontSize: 12.5, fontFamily: view.font },
  k: { color: view.quiet, fontSize: 12, fontFamily: view.font },
});

/** Names of rows, the first one on top. */
function lying(names, view) {
  return view.names(names, {
    inverse: true, axisLine: { show: false },
    axisLabel: { color: view.ink, fontSize: 12.5, interval: 0, formatter: (name) => cropped(name, view.narrow ? 9 : 12) },
  });
}
