// The WebSocket to the server: connects again when it is lost, and knows since when it is lost.

/** A page that hears nothing for so long says that the connection is lost, in ms. */
const SILENCE_MS = 4000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;

export class Connection {
  /** `onUpdate` gets each update of the server, `onOpen` is called before the first one. */
  constructor({ onUpdate, onOpen }) {
    this.onUpdate = onUpdate;
    this.onOpen = onOpen;
    this.lostSince = null; // ms; null while connected and before the first connection
    this.connected = false;
    this.retryMs = FIRST_RETRY_MS;
    this.heardAt = Date.now();
    this.connect();
    setInterval(() => this.check(), 500);
    document.addEventListener("visibilitychange", () => this.check());
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => socket === this.socket && this.hear(event.data);
    socket.onclose = () => socket === this.socket && this.lose();
  }

  opened() {
    this.retryMs = FIRST_RETRY_MS;
    this.heardAt = Date.now();
    this.onOpen();
  }

  hear(data) {
    this.heardAt = Date.now();
    this.connected = true;
    this.lostSince = null;
    this.onUpdate(JSON.parse(data));
  }

  /** Give up this socket and plan the next try. */
  lose() {
    this.connected = false;
    this.lostSince ??= this.heardAt;
    this.socket = null;
    setTimeout(() => this.connect(), this.retryMs);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 2);
  }

  /** A network that drops packets closes no socket: silence counts as loss. */
  check() {
    if (this.socket && Date.now() - this.heardAt > SILENCE_MS) {
      const silent = this.socket;
      this.lose();
      silent.close();
    }
  }

  /** Send a message; tell whether it could be sent. */
  send(message) {
    const open = this.socket?.readyState === WebSocket.OPEN;
    if (open) this.socket.send(JSON.stringify(message));
    return open;
  }
}
