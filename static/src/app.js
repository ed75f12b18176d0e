// What every page gets. Nothing here is needed to do the work: links and forms work without it.
import './modules/fragments.js';
import './modules/search-key.js';
import './modules/arrows.js';
import './modules/offline.js';
import './modules/forms.js';
import './modules/autosubmit.js';
import './modules/menus.js';
import './modules/tabs.js';
import './modules/dialogs.js';
import './modules/copy.js';
import './modules/selection.js';
