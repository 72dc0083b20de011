// Starts everything. Texts come from the templates (data- attributes): no language lives in these files.
import { startColumns } from "./columns.js";
import { startDrawer } from "./drawer.js";
import { startHtmx } from "./htmx.js";
import { startKeys } from "./keys.js";
import { startList } from "./list.js";
import { startNotices } from "./notices.js";
import { startPasswords } from "./password.js";
import { enhance } from "./pickers.js";
import { startActions } from "./actions.js";
import { startSettings } from "./settings.js";
import { startShell } from "./shell.js";
import { startWorkbench } from "./workbench.js";

startShell();
startNotices();
startHtmx();
startActions();
startDrawer();
startColumns();
startList();
startPasswords();
startKeys();
startSettings();
startWorkbench();
enhance(document.body);
