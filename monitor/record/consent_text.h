#pragma once

#include <string_view>

namespace dwell::monitor {

/// What a person agrees to; the window and `dwellctl consent` show it. A consent is bound to its SHA-256, so
/// a changed text asks anew. Plain text, a paragraph a line.
inline constexpr std::string_view kConsentText =
    R"(Dwell measures how web pages are used on this machine, for research on search engines.

What is recorded of pages in browsers with the Dwell extension: their addresses; when and for how long each was looked at and used; how it was reached; the way from page to page; counts of mouse moves, buttons, keys, touches and scrolls; how far it was scrolled; how fast it came up; sound; how many links it shows, what they look like, which of them are in view, where they lead, and which was pressed; a label that a page gives itself.
On results pages of search engines: rank, kind and address of each result, how many words its snippet has, which results were seen and which was opened. The words of the search are left out unless the list below says otherwise.
In forms: how many fields were used, how many characters were put in, whether the browser filled them in. At a log-in: that there was one, on which page, how many steps it took and whether it came to its end; never what was typed.
How much of this is kept is said below, as one of three levels: counts only, from which no single visit can be read and in which no address is; or also each visit, by the site alone; or also each visit, with its address. To agree to a level is to agree to those before it, not to those after it.
The query of an address is left out, and parts of its path that look like e-mail addresses, telephone or account numbers or secret keys are masked, unless the list below says that addresses are kept whole; user names, passwords and fragments in an address are always left out.
What is never recorded: what is typed (keys are only counted, by class), passwords, contents of pages, forms and fields, the length of a password, the clipboard, pictures of the screen, private windows, and anything outside the browser but that the machine is in use.

Where it stays: in a database in your own home folder, which you can read. It is sent to a research server only if this machine was enrolled in an experiment, and every report that is sent can be read here.
How long: until you erase it, or until it is older or larger than the settings of this machine allow. You can erase all of it, one site or one period at any time, and ask the research server to erase what it was sent.
You can pause recording at any time, and withdraw this consent: then recording stops at once. If the experiment comes to ask for less than you agreed to, less is recorded at once; for more, you are asked anew.
)";

}  // namespace dwell::monitor
