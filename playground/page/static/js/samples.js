// Small things to send that are made here: a drawn whiteboard and a silent voice note of a chosen length.

/** A whiteboard with three piles of notes, as a PNG. */
export function whiteboard() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 720, height: 480 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#5a4632";
  pen.fillRect(0, 0, 720, 480);
  pen.fillStyle = "#fbfaf5";
  pen.fillRect(18, 18, 684, 444);
  pen.strokeStyle = "#2b5b86";
  pen.lineWidth = 5;
  pen.lineCap = "round";
  for (const [x, width] of [[60, 160], [285, 150], [500, 150]]) {
    pen.beginPath();
    pen.moveTo(x, 84);
    pen.bezierCurveTo(x + width / 3, 66, x + width / 2, 98, x + width, 80);
    pen.stroke();
  }
  const colours = ["#f4d06f", "#f2a488", "#a9cfa4"];
  colours.forEach((colour, pile) => {
    for (let note = 0; note < 7 - pile * 2; note += 1) {
      pen.save();
      pen.translate(95 + pile * 220 + (note % 2) * 78, 150 + Math.floor(note / 2) * 78);
      pen.rotate(((note * 37 + pile * 11) % 9 - 4) / 40);
      pen.fillStyle = colour;
      pen.fillRect(-32, -28, 64, 58);
      pen.strokeStyle = "#6b5d4d";
      pen.lineWidth = 2;
      for (const y of [-12, 2, 16]) {
        pen.beginPath();
        pen.moveTo(-22, y);
        pen.lineTo(22 - (y + note * 9) % 17, y);
        pen.stroke();
      }
      pen.restore();
    }
  });
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** A silent Ogg Opus file whose last page ends after so many seconds. */
export function silence(seconds) {
  const text = (words) => [...words].map((letter) => letter.charCodeAt(0));
  const little = (value, bytes) => Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);
  const head = [...text("OpusHead"), 1, 1, ...little(0, 2), ...little(48000, 4), 0, 0, 0];
  const tags = [...text("OpusTags"), ...little(7, 4), ...text("sejawat"), ...little(0, 4)];
  const packets = [[2, 0, head], [0, 0, tags], [4, seconds * 48000, [0xf8, 0xff, 0xfe]]];
  const pages = packets.flatMap(([flag, granule, packet], number) => page(flag, little(granule, 8), little(number, 4), packet));
  return new Blob([new Uint8Array(pages)], { type: "audio/ogg" });

  function page(flag, granule, number, packet) {
    const bytes = [...text("OggS"), 0, flag, ...granule, 1, 0, 0, 0, ...number, 0, 0, 0, 0, 1, packet.length, ...packet];
    bytes.splice(22, 4, ...little(checksum(bytes), 4));
    return bytes;
  }
}

/** Ogg's CRC: polynomial 04c11db7, not reflected, from zero (RFC 3533, section 6). */
function checksum(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
