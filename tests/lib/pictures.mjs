// Pictures for tests, made here: of any size, with what cameras write into them, and broken in every way.
import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

const be32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const be16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
const le32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
let table;
/** zlib's; node 18 has none. */
function sum(bytes) {
	if (crc32) return crc32(bytes);
	table ??= Array.from({ length: 256 }, (_, n) => { for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1; return n >>> 0; });
	let at = 0xffffffff;
	for (const byte of bytes) at = table[(at ^ byte) & 255] ^ (at >>> 8);
	return (at ^ 0xffffffff) >>> 0;
}

export const pngChunk = (type, data) => { const body = Buffer.concat([Buffer.from(type), data]); return Buffer.concat([be32(data.length), body, be32(sum(body))]); };
const PNG = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** A PNG of that size: left half red, right half blue; noise: every row's bytes random (it does not compress); chunks: before its data. */
export function png(width, height, { noise = false, chunks = [], seed = randomBytes(6) } = {}) {
	const head = Buffer.concat([be32(width), be32(height), Buffer.from([8, 2, 0, 0, 0])]);
	const row = Buffer.alloc(1 + width * 3);
	for (let x = 0; x < width; x++) row[1 + x * 3 + (x < width / 2 ? 0 : 2)] = 255;
	const rows = Array.from({ length: height }, () => (noise ? Buffer.concat([Buffer.from([0]), randomBytes(width * 3)]) : row));
	const all = Buffer.concat(rows);
	seed.copy(all, 1, 0, Math.min(seed.length, width * 3)); // no two are the same file
	return Buffer.concat([PNG, pngChunk("IHDR", head), ...chunks, pngChunk("IDAT", deflateSync(all, { level: noise ? 0 : 6 })), pngChunk("IEND", Buffer.alloc(0))]);
}
/** A few bytes that say they are a picture of that size. */
export const bomb = (width, height) => Buffer.concat([PNG, pngChunk("IHDR", Buffer.concat([be32(width), be32(height), Buffer.from([1, 0, 0, 0, 0])])), pngChunk("IDAT", deflateSync(Buffer.alloc(Math.min(width * height >> 3, 4e7)))), pngChunk("IEND", Buffer.alloc(0))]);

/** What a camera writes: which way up (1 to 8), its name, and where it was: GPS 31°13'49" N. */
export function exif(orientation = 1, maker = "SecretCamera 5000") {
	const name = Buffer.from(`${maker}\0`), ifd = 2 + 3 * 12 + 4, at = 8 + ifd, gps = at + name.length;
	const entry = (tag, type, count, value) => Buffer.concat([be16(tag), be16(type), be32(count), type === 3 ? Buffer.concat([be16(value), be16(0)]) : be32(value)]);
	const degrees = Buffer.concat([31, 1, 13, 1, 49, 1].map(be32));
	return Buffer.concat([Buffer.from("MM\0*"), be32(8), be16(3), entry(0x010f, 2, name.length, at), entry(0x0112, 3, 1, orientation), entry(0x8825, 4, 1, gps), be32(0), name,
		be16(2), Buffer.concat([be16(1), be16(2), be32(2), Buffer.from("N\0\0\0")]), entry(2, 5, 3, gps + 2 + 24 + 4), be32(0), degrees]);
}
const XMP = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>31,13.8N</exif:GPSLatitude></x:xmpmeta>');

/** 24 x 16, left half red, the right one green above blue. */
export const plain = {
	jpg: Buffer.from("/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wgARCAAQABgDASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAUHBv/EABYBAQEBAAAAAAAAAAAAAAAAAAUGB//aAAwDAQACEAMQAAABzjlMvPraCS8cy3//xAAXEAADAQAAAAAAAAAAAAAAAAAABBAF/9oACAEBAAEFAjPrU//EACARAAACCwAAAAAAAAAAAAAAAAADAQIFBhMVYnGhsuH/2gAIAQMBAT8BeMqMzjFLbIEprx0f/8QAIBEAAAMJAQAAAAAAAAAAAAAAAAQRAQMSFBZBY6Gi4v/aAAgBAgEBPwEmSn3zC0SLfYonPz6H/8QAGBAAAgMAAAAAAAAAAAAAAAAAABACA4H/2gAIAQEABj8CLMcV/8QAGBAAAgMAAAAAAAAAAAAAAAAAABCBwfD/2gAIAQEAAT8hNJd6/9oADAMBAAIAAwAAABC/P//EABgRAAIDAAAAAAAAAAAAAAAAABExARAh/9oACAEDAQE/ENXBdqSo/8QAGBEBAQEBAQAAAAAAAAAAAAAAEQExEFH/2gAIAQIBAT8Q9aeEJcMUN5H/xAAXEAADAQAAAAAAAAAAAAAAAAAQIIHw/9oACAEBAAE/EEjWD//Z", "base64"),
	webp: Buffer.from("UklGRmAAAABXRUJQVlA4IFQAAADwAwCdASoYABAALnFOp1OiJaWlhYBwS1AF2W4BPgFd/7iACbAFKrmgAP7yoL8cKz78///yDH++2iA6MMitKi9d//4kJy6hwTC//EhemWOKx3z1AAA=", "base64"),
	gif: Buffer.from("R0lGODdhGAAQAJEAAAQC/AT+BPwCBAAAACwAAAAAGAAQAAACLJSPFsu9CYWbISbqLMJNH854CliJZOmdogC07tuu8AzI9Gvfsai7uf67BWkFADs=", "base64"),
};
const segment = (code, data) => Buffer.concat([Buffer.from([0xff, code]), be16(data.length + 2), data]);
/** A JPEG as a phone sends it: EXIF, XMP, a comment and a film behind its end. */
export const photo = (orientation = 1, jpg = plain.jpg) => Buffer.concat([jpg.subarray(0, 2), segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), exif(orientation)])),
	segment(0xe1, Buffer.concat([Buffer.from("http://ns.adobe.com/xap/1.0/\0"), XMP])), segment(0xfe, Buffer.from("taken at home")), jpg.subarray(2), Buffer.from("ftypmp42 taken at home")]);
/** A PNG with the same. */
export const screenshot = (orientation = 1, width = 24, height = 16) => Buffer.concat([png(width, height, { chunks: [pngChunk("eXIf", exif(orientation)), pngChunk("iTXt", Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\0\0\0\0"), XMP])), pngChunk("tEXt", Buffer.from("Comment\0taken at home"))] }), Buffer.from("taken at home")]);
/** A WebP with the same. */
export function sticker(orientation = 1) {
	const chunk = (type, data) => Buffer.concat([Buffer.from(type), le32(data.length), data, Buffer.alloc(data.length & 1)]);
	const body = Buffer.concat([Buffer.from("WEBP"), chunk("VP8X", Buffer.from([0x0c, 0, 0, 0, 23, 0, 0, 15, 0, 0])), plain.webp.subarray(12), chunk("EXIF", exif(orientation)), chunk("XMP ", XMP)]);
	return Buffer.concat([Buffer.from("RIFF"), le32(body.length), body, Buffer.from("taken at home")]);
}
/** What nobody else may learn from a picture. */
export const secrets = ["SecretCamera", "GPSLatitude", "taken at home", "xmpmeta", Buffer.concat([31, 1, 13, 1, 49, 1].map(be32))];
