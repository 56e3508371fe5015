// A list of messages that stands still: the end stays in view for who is there, and what is being read stays where it was for who is not.
import { useEffect, useLayoutEffect, useRef } from "/vendor/hooks.mjs";

/** box: the scrolling element; what is read carries data-seq. first: changes when the content is another. */
export function useSteady(box, first) {
	const at = useRef({ bottom: true, seq: 0, top: 0, size: "" });
	const sizeOf = (el) => `${el.scrollHeight}×${el.clientHeight}`;
	const anchor = () => {
		const el = box.current;
		if (at.current.bottom && at.current.size !== sizeOf(el)) return hold(); // it grew; nobody scrolled
		const edge = el.getBoundingClientRect().top;
		const group = [...el.querySelectorAll("[data-seq]")].find((one) => one.getBoundingClientRect().bottom > edge);
		at.current = { bottom: el.scrollHeight - el.scrollTop - el.clientHeight < 60, seq: group?.dataset.seq, top: group ? group.getBoundingClientRect().top - edge : 0, size: sizeOf(el) };
	};
	const hold = () => {
		const el = box.current;
		if (!el) return;
		if (at.current.bottom) el.scrollTop = el.scrollHeight;
		at.current.size = sizeOf(el);
		if (at.current.bottom) return;
		const same = at.current.seq && el.querySelector(`[data-seq="${at.current.seq}"]`);
		if (same) el.scrollTop += same.getBoundingClientRect().top - el.getBoundingClientRect().top - at.current.top;
	};
	useLayoutEffect(hold);
	useEffect(() => {
		const watch = new ResizeObserver(hold); // pictures that load, a composer that grows
		watch.observe(box.current);
		watch.observe(box.current.firstElementChild);
		return () => watch.disconnect();
	}, [first]);
	return { anchor, toEnd: () => ((at.current.bottom = true), hold()) };
}
