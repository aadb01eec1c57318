package browser

import "fmt"

// wound is a clock for pages that can be put forward: the page's own waits then
// end as if the time had passed. The scripts are tested with their real numbers.
const wound = `(() => {
	const RealDate = Date, begin = window.setTimeout, end = window.clearTimeout;
	let ahead = 0, last = 1e9;
	const waits = new Map();
	window.Date = class extends RealDate {
		constructor(...args) { args.length ? super(...args) : super(RealDate.now() + ahead); }
		static now() { return RealDate.now() + ahead; }
	};
	const start = (id) => {
		const wait = waits.get(id);
		wait.real = begin(() => { waits.delete(id); wait.act(); }, Math.max(0, wait.due - Date.now()));
	};
	window.setTimeout = (act, ms = 0, ...args) => {
		const id = ++last;
		waits.set(id, { due: Date.now() + ms, act: () => act(...args) });
		start(id);
		return id;
	};
	window.clearTimeout = (id) => { end(waits.get(id)?.real ?? id); waits.delete(id); };
	window.later = (ms) => {
		ahead += ms;
		for (const [id, wait] of waits) { end(wait.real); start(id); }
	};
})()`

// later puts a wound clock forward.
func (p *person) later(seconds int) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf("(later(%d), true)", seconds*1000))
}
