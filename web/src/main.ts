import { mount } from 'svelte';
import App from './App.svelte';
import './shared/style.css';
import { applyTheme } from './shared/theme.svelte';

applyTheme();

export default mount(App, { target: document.body });
