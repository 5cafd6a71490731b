/**
 * Options that several commands have: how they are called, what they mean, and the one line that refuses a wrong value. It
 * may not know commands.
 */
@NullMarked
package dev.messagecontact.cli.option;

import org.jspecify.annotations.NullMarked;
