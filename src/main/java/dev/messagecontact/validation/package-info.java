/** What makes a contact acceptable. Hides the field rules. None of them may depend on what is stored. */
@NullMarked
package dev.messagecontact.validation;

import org.jspecify.annotations.NullMarked;
