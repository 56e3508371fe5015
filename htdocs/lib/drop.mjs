// Files that are dropped on a part of the page, or pasted.
import { useRef, useState } from "/vendor/hooks.mjs";

export const filesOf = (transfer) => [...(transfer?.files ?? [])];
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** {over, …listeners}: over while files are held above the part; take(files) when they are let go. */
export function useDrop(take) {
	const [over, setOver] = useState(false);
	const depth = useRef(0);
	return {
		over,
		onDragEnter: (event) => hasFiles(event) && (event.preventDefault(), depth.current++, setOver(true)),
		onDragOver: (event) => hasFiles(event) && event.preventDefault(),
		onDragLeave: (event) => hasFiles(event) && --depth.current <= 0 && setOver(false),
		onDrop: (event) => {
			if (!hasFiles(event)) return;
			event.preventDefault();
			depth.current = 0;
			setOver(false);
			take(filesOf(event.dataTransfer));
		},
	};
}
