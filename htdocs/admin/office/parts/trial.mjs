// One question to a provider, asked for real: begun, waited for, told.
import { useEffect, useRef, useState } from "/vendor/hooks.mjs";
import { call } from "../ui/app.mjs";
import { errorText } from "../ui/words.mjs";

const EVERY_MS = 400;

/** → {trial, error, busy, ask({inbox_id, question})}. trial: as the API has it, once it is over. */
export function useTrial() {
	const [state, setState] = useState({});
	const turn = useRef(0);
	useEffect(() => () => turn.current++, []);
	const ask = async (body) => {
		const mine = ++turn.current;
		setState({ busy: true });
		try {
			let { trial } = await call.post("/api/v1/ai/trials", body);
			while (trial.state === "running" && mine === turn.current) {
				await new Promise((done) => setTimeout(done, EVERY_MS));
				({ trial } = await call.get(`/api/v1/ai/trials/${trial.id}`));
			}
			if (mine === turn.current) setState({ trial });
		} catch (error) {
			if (error.status === undefined) throw error;
			if (mine === turn.current) setState({ error: errorText(error) });
		}
	};
	return { ...state, ask };
}
