/**
 * The commands that a person runs, one per file: their options, output and exit codes. What several have in common is in the
 * packages below it, which do not know them. No other package may depend on any of these.
 */
@NullMarked
package dev.messagecontact.cli;

import org.jspecify.annotations.NullMarked;
