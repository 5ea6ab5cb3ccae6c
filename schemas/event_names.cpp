#include "schemas/event_names.h"

#include "schemas/enum_names.h"

namespace dwell::schemas {
namespace {

constexpr EnumNames<InputKind, 6> kInputKinds{{
    {InputKind::kMouseMove, "mouse_move"},
    {InputKind::kMouseDown, "mouse_down"},
    {InputKind::kMouseUp, "mouse_up"},
    {InputKind::kKey, "key"},
    {InputKind::kScroll, "scroll"},
    {InputKind::kTouch, "touch"},
}};

constexpr EnumNames<KeyClass, 13> kKeyClasses{{
    {KeyClass::kCharacter, "character"},
    {KeyClass::kDeletion, "deletion"},
    {KeyClass::kCursor, "cursor"},
    {KeyClass::kList, "list"},
    {KeyClass::kAccept, "accept"},
    {KeyClass::kTab, "tab"},
    {KeyClass::kEscape, "escape"},
    {KeyClass::kPaste, "paste"},
    {KeyClass::kFind, "find"},
    {KeyClass::kShortcut, "shortcut"},
    {KeyClass::kModifier, "modifier"},
    {KeyClass::kFunction, "function"},
    {KeyClass::kOther, "other"},
}};

constexpr EnumNames<Transition, 14> kTransitions{{
    {Transition::kLink, "link"},
    {Transition::kTyped, "typed"},
    {Transition::kAutoBookmark, "auto_bookmark"},
    {Transition::kAutoSubframe, "auto_subframe"},
    {Transition::kManualSubframe, "manual_subframe"},
    {Transition::kGenerated, "generated"},
    {Transition::kStartPage, "start_page"},
    {Transition::kAutoToplevel, "auto_toplevel"},
    {Transition::kFormSubmit, "form_submit"},
    {Transition::kReload, "reload"},
    {Transition::kKeyword, "keyword"},
    {Transition::kKeywordGenerated, "keyword_generated"},
    {Transition::kPresent, "present"},
    {Transition::kOther, "other"},
}};

constexpr EnumNames<TabOpenedBy, 7> kTabOpenedBy{{
    {TabOpenedBy::kUnknown, "unknown"},
    {TabOpenedBy::kButton, "button"},
    {TabOpenedBy::kCommand, "command"},
    {TabOpenedBy::kContextMenu, "context_menu"},
    {TabOpenedBy::kLink, "link"},
    {TabOpenedBy::kExternal, "external"},
    {TabOpenedBy::kRestored, "restored"},
}};

}  // namespace

std::string_view inputKindName(InputKind kind) { return nameOf(kInputKinds, kind); }
std::optional<InputKind> inputKindFromName(std::string_view name) { return valueOf(kInputKinds, name); }

std::string_view keyClassName(KeyClass keyClass) { return nameOf(kKeyClasses, keyClass); }
std::optional<KeyClass> keyClassFromName(std::string_view name) { return valueOf(kKeyClasses, name); }

std::string_view transitionName(Transition transition) { return nameOf(kTransitions, transition); }
std::optional<Transition> transitionFromName(std::string_view name) { return valueOf(kTransitions, name); }

std::string_view tabOpenedByName(TabOpenedBy how) { return nameOf(kTabOpenedBy, how); }
std::optional<TabOpenedBy> tabOpenedByFromName(std::string_view name) { return valueOf(kTabOpenedBy, name); }

}  // namespace dwell::schemas
