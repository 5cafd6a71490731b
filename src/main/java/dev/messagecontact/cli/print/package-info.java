/**
 * How results are printed: tables, JSON lines, an event as a line, an audit's report. Hides the layout, and shows personal data
 * masked only. It may not know options or commands.
 */
@NullMarked
package dev.messagecontact.cli.print;

import org.jspecify.annotations.NullMarked;
