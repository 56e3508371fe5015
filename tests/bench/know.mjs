// BENCH=know: finding the passages that an answer is made of, in a knowledge base of BENCH_ARTICLES (5,000), half Chinese, half English, against the
// same call where nothing is looked up and against a do-nothing FastCGI program, in turns. One client, one question at a time: what is measured is the
// work. How often the right article comes first, and among the first six that a provider is told, stands beside it. Target: 95 of 100 within 50 ms.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { signIn } from "../lib/client.mjs";
import { root, startStack } from "../lib/stack.mjs";
import { article, most } from "./know/words.mjs";
import { startHello } from "./reference.mjs";
import { threads, waited } from "./size/measure.mjs";

const many = Number(process.env.BENCH_ARTICLES ?? 5000), each = Number(process.env.BENCH_EACH ?? 200), rounds = Number(process.env.BENCH_ROUNDS ?? 3), TARGET_MS = 50, FIRST = 6;
const variant = process.env.BENCH_VARIANT ?? "release";
if (many / 2 > most) throw new Error(`at most ${most * 2} articles`);
const stack = await startStack({ variant, env: { DESKBELL_AI_PROVIDER: "off" } }); // then a question is looked up once, and nothing else is done with it
const hello = await startHello(stack, variant);

async function fill() {
	const now = Date.now();
	const rows = ["zh", "en"].flatMap((locale) => Array.from({ length: many / 2 }, (_, i) => {
		const { title, content } = article(locale, i);
		return [title, content, locale, now, now];
	}));
	for (let i = 0; i < rows.length; i += 200) {
		const part = rows.slice(i, i + 200);
		await stack.sql(`INSERT INTO articles (title, content, locale, terms, created_at, updated_at) VALUES ${part.map(() => "(?, ?, ?, '', ?, ?)").join(", ")}`, part.flat());
	}
	const began = performance.now();
	await promisify(execFile)(path.join(stack.env.DESKBELL_BUILD, "deskbell-worker"), ["articles", "rebuild"], {
		env: { ...stack.env, DESKBELL_DB_URL: `mysql://root@/deskbell?socket=${stack.dir}/run/mariadb.sock`, DESKBELL_REDIS_URL: `unix://${stack.dir}/run/redis.sock?db=0`, DESKBELL_TEMPLATES: path.join(root, "templates") }, cwd: root,
	});
	const seconds = (performance.now() - began) / 1000;
	const [{ n, bytes }] = await stack.sql("SELECT COUNT(*) AS n, ROUND(AVG(LENGTH(text))) AS bytes FROM article_passages");
	console.log(`${many} articles, ${n} passages of ${bytes} bytes on average; indexed anew in ${seconds.toFixed(1)} s`);
}

const at = (list, share) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const admin = await signIn(stack.urls.kefu, "admin@example.com");
const pids = () => ["lighttpd", "api"].flatMap((name) => stack.processes(name)).concat(stack.pid("mariadb"));
/** Milliseconds of one call, without those in which its threads stood ready for a CPU that others had. */
async function timed(work) {
	const all = pids(), before = threads(all), began = performance.now();
	const answer = await work();
	const ms = performance.now() - began;
	return { ms: Math.max(0, ms - waited(before, threads(all))), answer };
}
async function ask(question, locale) {
	const answer = await admin.post("/api/v1/articles/ask", { question, locale });
	if (answer.status !== 200) throw new Error(answer.text);
	return answer.body.data;
}

try {
	await fill();
	await stack.kill("worker", "SIGSTOP");
	const times = { "nothing (FastCGI)": [], "no search": [], zh: [], en: [] }, right = { zh: [0, 0, 0], en: [0, 0, 0] };
	for (let round = 0; round < rounds; round++) {
		for (let i = 0; i < each; i++) {
			const took = { "nothing (FastCGI)": (await timed(() => fetch(`${hello.url}/api/v1/auth/me`).then((answer) => answer.text()))).ms, "no search": (await timed(() => ask("你好", "zh"))).ms };
			for (const locale of ["zh", "en"]) {
				const wanted = article(locale, ((round * each + i) * 7919) % (many / 2));
				const { ms, answer } = await timed(() => ask(wanted.question, locale));
				took[locale] = ms;
				const place = answer.passages.findIndex((passage) => passage.title === wanted.title);
				right[locale][0]++;
				right[locale][1] += place === 0;
				right[locale][2] += place >= 0 && place < FIRST;
			}
			if (i >= each / 10) for (const [name, ms] of Object.entries(took)) times[name].push(ms); // the first ones prepare statements
		}
	}
	console.log(`${rounds * each} of each, in turns; milliseconds\n${"".padEnd(20)}${["p50", "p95", "p95 / no search", "right first", `within ${FIRST}`, "target"].map((head) => head.padStart(17)).join("")}`);
	let missed = 0;
	for (const [name, list] of Object.entries(times)) {
		const [n, first, within] = right[name] ?? [];
		const good = at(list, 0.95) <= TARGET_MS;
		missed += n > 0 && !good;
		const cells = [at(list, 0.5).toFixed(2), at(list, 0.95).toFixed(2), (at(list, 0.95) / at(times["no search"], 0.95)).toFixed(2), ...(n ? [`${((100 * first) / n).toFixed(1)} %`, `${((100 * within) / n).toFixed(1)} %`, `${TARGET_MS} ${good ? "met" : "MISSED"}`] : [])];
		console.log(name.padEnd(20) + cells.map((text) => text.padStart(17)).join(""));
	}
	process.exitCode = missed ? 1 : 0;
} finally {
	hello.stop();
	await stack.kill("worker", "SIGCONT").catch(() => {});
	await stack.stop();
}
