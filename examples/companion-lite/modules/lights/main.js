import { InstanceBase, InstanceStatus, TCPHelper } from '@companion-module/base';

export default class Lights extends InstanceBase {
  #config;
  #rest = '';
  #socket;

  async init(config, _isFirstInit, secrets) {
    this.#begin(config, secrets);
  }

  async configUpdated(config, secrets) {
    this.#end();
    this.#begin(config, secrets);
  }

  async destroy() {
    this.#end();
  }

  getConfigFields() {
    const about = 'The lights let nobody set them who does not know their PIN.';
    return [
      { type: 'static-text', id: 'about', label: 'About', value: about, width: 12 },
      { type: 'textinput', id: 'host', label: 'Address', default: '127.0.0.1', minLength: 1, width: 6 },
      { type: 'number', id: 'port', label: 'Port', default: 4353, min: 1, max: 65_535, width: 3 },
      { type: 'secret-text', id: 'pin', label: 'PIN', default: '', width: 3 },
      { type: 'dropdown', id: 'channels', label: 'Channels', choices: sizes, default: 4, width: 6 },
      { type: 'checkbox', id: 'leaveDark', label: 'Dark at the end', default: false, width: 6 },
    ];
  }

  #begin(config, { pin = '' } = {}) {
    this.#config = config;
    this.setVariableDefinitions(
      Object.fromEntries(
        this.#channels().map((channel) => [`level_${channel}`, { name: `Level of ${channel}` }]),
      ),
    );
    this.setActionDefinitions(this.#actions());
    this.#socket = new TCPHelper(config.host, config.port);
    // Connected isn't yet admitted: that is said by the lights.
    this.#socket.on('status_change', (status, message) => {
      if (status !== InstanceStatus.Ok) this.updateStatus(status, message);
    });
    this.#socket.on('error', (error) => this.log('warn', error.message));
    this.#socket.on('connect', () => this.#send(`PIN ${pin}`));
    this.#socket.on('data', (bytes) => this.#read(bytes.toString()));
  }

  #end() {
    if (this.#config.leaveDark && this.#socket.isConnected) this.#send('BLACKOUT');
    this.#socket.destroy();
    this.#rest = '';
  }

  #channels() {
    return Array.from({ length: this.#config.channels }, (_, index) => index + 1);
  }

  #actions() {
    const channel = {
      type: 'number',
      id: 'channel',
      label: 'Channel',
      default: 1,
      min: 1,
      max: this.#config.channels,
    };
    const level = { type: 'number', id: 'level', label: 'Level in %', default: 100, min: 0, max: 100 };
    return {
      set: {
        name: 'Set a level',
        options: [channel, level],
        callback: ({ options }) => this.#send(`SET ${options.channel} ${options.level}`),
      },
      blackout: { name: 'Black out', options: [], callback: () => this.#send('BLACKOUT') },
    };
  }

  #send(line) {
    if (!this.#socket.isConnected) throw new Error('The lights are not connected.');
    this.#socket.send(`${line}\n`);
  }

  #read(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#take(line);
  }

  #take(line) {
    if (line === 'WELCOME') {
      this.updateStatus(InstanceStatus.Ok);
      this.#send('STATUS?');
    } else if (line === 'DENIED') {
      this.#socket.destroy();
      this.updateStatus(InstanceStatus.AuthenticationFailure, 'The PIN is not the right one');
    }
    const [channel, level] = line.split('=');
    if (level !== undefined && channel <= this.#config.channels)
      this.setVariableValues({ [`level_${channel}`]: Number(level) });
  }
}

const sizes = [2, 4, 8].map((id) => ({ id, label: `${id} channels` }));
