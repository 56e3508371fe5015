// wrk from outside: one row of a bench, as often as so many connections can ask for it.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/**
 * GETs the url, or with sessions POSTs a message to each in turn; dir: where its script may stand. Answers requests, seconds, the latencies p50, p95
 * and p99 in ms, and bad: what failed or was not 2xx.
 */
export async function wrk(dir, { url, token, sessions }, { connections, seconds, timeout = 2 }) {
	const lua = path.join(dir, "wrk.lua");
	writeFileSync(lua, `
		${token ? `wrk.headers["Authorization"] = "Bearer ${token}"` : ""}
		${sessions ? `local sessions = { ${sessions.map((id) => `"${id}"`)} }
		local at = 0
		wrk.method = "POST"
		wrk.headers["Content-Type"] = "application/json"
		function request()
			at = at % #sessions + 1
			return wrk.format(nil, nil, nil, '{"session_id":"' .. sessions[at] .. '","content":"a message of the benchmark"}')
		end` : ""}
		function done(s, l, r)
			io.write(string.format("@ %d %d %f %f %f %d\\n", s.requests, s.duration, l:percentile(50), l:percentile(95), l:percentile(99),
				s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout))
		end`);
	const { stdout } = await promisify(execFile)("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", `${timeout}s`, "-s", lua, url]);
	const [requests, micros, p50, p95, p99, bad] = /^@ (.*)$/m.exec(stdout)[1].trim().split(/ +/).map(Number);
	return { requests, seconds: micros / 1e6, p50: p50 / 1000, p95: p95 / 1000, p99: p99 / 1000, bad };
}
