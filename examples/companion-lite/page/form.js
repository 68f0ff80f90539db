/** Makes an element: its properties, then what is in it. */
export function element(name, properties = {}, ...content) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}

/** A button that submits nothing. */
export function button(textContent, onclick) {
  return element('button', { type: 'button', textContent, onclick });
}

/** Has a form answered by `run` alone; the browser sends nothing. */
export function onSubmit(form, run) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
}

/** Inputs for the fields of a module, filled from `values`, and a function that reads what was entered: `{ config, secrets }`. A secret that is left empty is left out. */
export function inputsOf(fields, values = {}, keptSecrets = []) {
  const inputs = fields.map((field) => {
    const value = values[field.id] ?? field.default;
    const kind = field.isSecret ? 'secret' : Object.hasOwn(kinds, field.type) ? field.type : 'text';
    return { field, ...kinds[kind](field, value, keptSecrets.includes(field.id)) };
  });
  return {
    elements: inputs.map(({ field, input, read }) => around(field, input, read)),
    read: () => {
      const entered = inputs.filter(({ read }) => read).map(({ field, read }) => [field, read()]);
      const pick = (secret) =>
        entered.filter(([{ isSecret = false }]) => isSecret === secret).map(([{ id }, value]) => [id, value]);
      return {
        config: Object.fromEntries(pick(false)),
        secrets: Object.fromEntries(pick(true).filter(([, value]) => value !== '')),
      };
    },
  };
}

/** Sends a form's answer while its button waits; `output` says what came of it. */
export async function attempt(output, done, run) {
  output.className = '';
  output.textContent = '…';
  try {
    const answer = await run();
    output.textContent = done;
    return answer;
  } catch (error) {
    output.className = 'error';
    output.textContent = error.message;
    return null;
  }
}

function around({ label, tooltip, description, width }, input, read) {
  const box = element(read ? 'label' : 'div', { className: 'field', title: tooltip ?? '' }, label, input);
  if (description) box.append(element('small', { textContent: description }));
  box.style.setProperty('--columns', String(width ?? 4));
  return box;
}

/** How each type of field is entered. What has no `read` is only shown. */
const kinds = {
  'static-text': ({ value }) => ({ input: element('p', { textContent: value }) }),
  text({ isRequired }, value) {
    const input = element('input', { value: String(value ?? ''), required: isRequired });
    return { input, read: () => input.value };
  },
  secret({ isRequired }, _value, isKept) {
    const placeholder = isKept ? 'unchanged' : '';
    const given = { placeholder, required: isRequired && !isKept };
    const input = element('input', { type: 'password', autocomplete: 'off', ...given });
    return { input, read: () => input.value };
  },
  number({ min, max, step, isRequired }, value) {
    const limits = { min: min ?? '', max: max ?? '', step: step ?? 'any', required: isRequired };
    const input = element('input', { type: 'number', ...limits, value: value ?? '' });
    return { input, read: () => (input.value === '' ? null : input.valueAsNumber) };
  },
  checkbox(_field, value) {
    const input = element('input', { type: 'checkbox', checked: Boolean(value) });
    return { input, read: () => input.checked };
  },
  dropdown(field, value) {
    if (field.takesOthers) return withSuggestions(field, value);
    const { select, choices } = selectOf(field, [value]);
    return { input: select, read: () => choices[select.selectedIndex]?.id };
  },
  multidropdown(field, value) {
    const { select, choices } = selectOf(field, Array.isArray(value) ? value : []);
    return { input: select, read: () => [...select.selectedOptions].map(({ index }) => choices[index].id) };
  },
  // Modules write colours as numbers or as CSS, and get them back as they wrote them.
  colorpicker(field, value = 0) {
    const isNumber = typeof value === 'number';
    if (!isNumber && !/^#[\da-f]{6}$/i.test(value)) return kinds.text(field, value);
    const css = isNumber ? `#${(value & 0xffffff).toString(16).padStart(6, '0')}` : value;
    const input = element('input', { type: 'color', value: css });
    return { input, read: () => (isNumber ? Number.parseInt(input.value.slice(1), 16) : input.value) };
  },
};

/** A list of choices; a value that is none of them is one more, so that it isn't lost. */
function selectOf({ type, choices: given }, values) {
  const strangers = values.filter((value) => value !== undefined && !given.some(({ id }) => id === value));
  const choices = [...given, ...strangers.map((id) => ({ id, label: String(id) }))];
  const select = element('select', { multiple: type === 'multidropdown' });
  for (const { id, label } of choices)
    select.append(new Option(label, String(id), false, values.includes(id)));
  return { select, choices };
}

let lists = 0;
function withSuggestions({ choices }, value) {
  const list = element('datalist', { id: `choices-${++lists}` });
  for (const { id, label } of choices)
    list.append(element('option', { value: String(id), textContent: label }));
  const input = element('input', { value: String(value ?? '') });
  input.setAttribute('list', list.id);
  const read = () => choices.find(({ id }) => String(id) === input.value)?.id ?? input.value;
  return { input: element('span', { className: 'suggested' }, input, list), read };
}
