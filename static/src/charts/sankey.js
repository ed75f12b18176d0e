// Money flow. On a narrow screen the ends of the money stand as bars: a flow of forty ribbons is no picture there.
import { bars } from './bars.js';
import { cropped } from './look.js';

export function sankey(data, view) {
  if (view.narrow) return bars({ ...data, rows: data.ends }, view);
  const labels = new Map(data.nodes.map((node) => [node.key, node.label]));
  const last = Math.max(...data.nodes.map((node) => node.column));
  const room = { formatter: (event) => `${cropped(event.data.label_, 14)}  {v|${view.short(event.value)}}` };
  const rich = { v: { color: view.quiet, fontSize: 12, fontFamily: view.font } };
  return {
    ...view.base,
    series: [{
      type: 'sankey', left: 172, right: 160, top: 10, bottom: 10, nodeWidth: 12, nodeGap: 16, layoutIterations: 0,
      draggable: false, emphasis: { focus: 'adjacency' },
      data: data.nodes.map((node) => ({
        name: node.key, depth: node.column, value: node.value, url: node.url, label_: node.label,
        said: `${node.label}\n${view.exact(node.value)}`,
        itemStyle: { color: view.token(node.colour), borderWidth: 0 },
        label: { position: node.column === 0 ? 'left' : 'right', fontWeight: node.column === last ? 600 : 400 },
      })),
      links: data.links.map((link) => ({
        source: link.source, target: link.target, value: link.value, url: link.url,
        said: `${labels.get(link.source)} → ${labels.get(link.target)}\n${view.exact(link.value)}`,
        lineStyle: { color: view.token(link.colour), opacity: 0.34, curveness: 0.5 },
      })),
      label: { color: view.ink, fontSize: 12.5, fontFamily: view.font, rich, ...room },
    }],
  };
}
