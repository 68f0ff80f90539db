import { element } from './element.ts';
import { tokenIn } from './token.ts';

/** Asks for the token; `onToken` is told what was given. */
export function createTokenForm(why: string, onToken: (token: string) => void): HTMLFormElement {
  const field = element('input', {
    type: 'password',
    'aria-label': 'Token',
    'aria-describedby': 'why-token',
    autocomplete: 'off',
    required: '',
  });
  const reason = element('p', { id: 'why-token', role: 'status' }, why);
  const form = element(
    'form',
    { class: 'token' },
    element('h1', {}, 'This dashboard needs its token'),
    reason,
    field,
    element('button', { type: 'submit', class: 'order' }, 'Open'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = tokenIn(field.value);
    if (token === null) reason.textContent = 'That is no token: it has letters, digits and . _ ~ - only.';
    else onToken(token);
  });
  return form;
}
