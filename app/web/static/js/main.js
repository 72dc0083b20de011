// Starts everything. Texts come from the templates (data- attributes): no language lives in these files.
import { startDrawer } from "./drawer.js";
import { startHtmx } from "./htmx.js";
import { startKeys } from "./keys.js";
import { startList } from "./list.js";
import { startNotices } from "./notices.js";
import { startPasswords } from "./password.js";
import { enhance } from "./pickers.js";
import { startActions } from "./actions.js";
import { startShell } from "./shell.js";
import { startWorkbench } from "./workbench.js";

startShell();
startNotices();
startHtmx();
startActions();
startDrawer();
startList();
startPasswords();
startKeys();
startWorkbench();
enhance(document.body);
