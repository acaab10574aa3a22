// Voice messages are Ogg with Opus; many browsers record Opus in WebM. The sound is the same, so the packets are put into another
// box: RFC 7845 (Ogg Opus), RFC 3533 (Ogg), and the few elements of Matroska that a recording has.

const [CODEC_PRIVATE, SIMPLE_BLOCK, BLOCK] = [0x63a2, 0xa3, 0xa1];
/** Elements that are entered instead of skipped: Segment, Tracks, TrackEntry, Cluster, BlockGroup. */
const BOXES = new Set([0x18538067, 0x1654ae6b, 0xae, 0x1f43b675, 0xa0]);
/** Packets on a page; a page lasts about a second then. */
const PER_PAGE = 50;
const SERIAL = 0x57617970;

/** The recording as Ogg; one that isn't WebM with Opus comes back as it is. */
export async function asOgg(blob) {
  if (!blob.type.startsWith("audio/webm")) return blob;
  try {
    const { head, packets } = read(new Uint8Array(await blob.arrayBuffer()));
    if (!head || !packets.length) return blob;
    return new Blob(pages(head, packets), { type: "audio/ogg; codecs=opus" });
  } catch {
    return blob;
  }
}

// --- Matroska ----------------------------------------------------------------------------------------------------

function read(bytes) {
  const packets = [];
  let head = null;
  for (let at = 0; at < bytes.length; ) {
    const id = number(bytes, at, true);
    const size = number(bytes, at + id.length, false);
    const from = at + id.length + size.length;
    if (BOXES.has(id.value)) { at = from; continue; }
    if (id.value === CODEC_PRIVATE) head = bytes.slice(from, from + size.value);
    // Track (one byte), time (two), flags: then the packet.
    if (id.value === SIMPLE_BLOCK || id.value === BLOCK) packets.push(bytes.slice(from + 4, from + size.value));
    at = from + size.value;
  }
  return { head, packets };
}

/** A number of variable length; ids keep the bits that tell their length. */
function number(bytes, at, isId) {
  const length = Math.clz32(bytes[at]) - 23;
  if (length > 8) throw new Error("not a Matroska file");
  let value = isId ? bytes[at] : bytes[at] & (0xff >> length);
  for (let i = 1; i < length; i += 1) value = value * 256 + bytes[at + i];
  return { value, length };
}

// --- Ogg ---------------------------------------------------------------------------------------------------------

function pages(head, packets) {
  const out = [page([head], 0, 0, 2), page([tags()], 1, 0, 0)];
  let samples = 0;
  for (let from = 0; from < packets.length; from += PER_PAGE) {
    const some = packets.slice(from, from + PER_PAGE);
    for (const packet of some) samples += length(packet);
    const last = from + PER_PAGE >= packets.length;
    out.push(page(some, out.length, samples, last ? 4 : 0));
  }
  return out;
}

function tags() {
  const vendor = new TextEncoder().encode("phones");
  const out = new Uint8Array(16 + vendor.length);
  out.set(new TextEncoder().encode("OpusTags"));
  new DataView(out.buffer).setUint32(8, vendor.length, true);
  out.set(vendor, 12);
  return out;
}

/** How many samples at 48 kHz a packet holds. */
function length(packet) {
  const mode = packet[0] >> 3;
  const ms = mode < 12 ? [10, 20, 40, 60][mode % 4] : mode < 16 ? [10, 20][mode % 2] : [2.5, 5, 10, 20][mode % 4];
  const frames = [1, 2, 2, packet[1] & 63][packet[0] & 3];
  return ms * 48 * frames;
}

function page(packets, sequence, samples, flags) {
  const lacing = packets.flatMap((p) => [...Array(Math.floor(p.length / 255)).fill(255), p.length % 255]);
  const out = new Uint8Array(27 + lacing.length + packets.reduce((sum, p) => sum + p.length, 0));
  const view = new DataView(out.buffer);
  out.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
  view.setBigUint64(6, BigInt(Math.round(samples)), true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, sequence, true);
  out[26] = lacing.length;
  out.set(lacing, 27);
  let at = 27 + lacing.length;
  for (const packet of packets) {
    out.set(packet, at);
    at += packet.length;
  }
  view.setUint32(22, checksum(out), true);
  return out;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let r = i << 24;
  for (let bit = 0; bit < 8; bit += 1) r = r & 0x80000000 ? (r << 1) ^ 0x04c11db7 : r << 1;
  return r >>> 0;
});

function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ TABLE[((crc >>> 24) ^ byte) & 0xff]) >>> 0;
  return crc;
}
