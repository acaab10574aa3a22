// A developer's form endpoint, with Node's own cryptography: a key pair of its own, requests decrypted, answers encrypted.

import { constants, createCipheriv, createDecipheriv, createHmac, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { createServer } from "node:http";

/** `answer(request)` is given what the phone asks, decrypted, and gives the answer; requests with a wrong signature are refused. */
export async function startEndpoint(secret, answer) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const seen = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const signature = `sha256=${createHmac("sha256", secret).update(raw).digest("hex")}`;
    if (request.headers["x-hub-signature-256"] !== signature) return response.writeHead(432).end();
    const { asked, key, vector } = open(privateKey, JSON.parse(raw));
    seen.push(asked);
    response.writeHead(200, { "content-type": "text/plain" });
    return response.end(seal(asked.action === "ping" ? { data: { status: "active" } } : await answer(asked), key, vector));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/form`,
    publicKey: publicKey.export({ type: "spki", format: "pem" }),
    seen,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

function open(privateKey, { encrypted_aes_key, encrypted_flow_data, initial_vector }) {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const key = privateDecrypt({ key: privateKey, padding, oaepHash: "sha256" }, Buffer.from(encrypted_aes_key, "base64"));
  const vector = Buffer.from(initial_vector, "base64");
  const data = Buffer.from(encrypted_flow_data, "base64");
  const decipher = createDecipheriv("aes-128-gcm", key, vector);
  decipher.setAuthTag(data.subarray(-16));
  const text = Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
  return { asked: JSON.parse(text), key, vector };
}

/** The answer goes back with the same key and every bit of the vector turned. */
function seal(answer, key, vector) {
  const cipher = createCipheriv("aes-128-gcm", key, vector.map((byte) => byte ^ 0xff));
  return Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final(), cipher.getAuthTag()]).toString("base64");
}
