/**
 * The commands that a person runs, one a file. Hides their options, what they print and their exit codes. Nothing else
 * may know it.
 */
@NullMarked
package dev.messagecontact.cli;

import org.jspecify.annotations.NullMarked;
