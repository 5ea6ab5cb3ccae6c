#pragma once

#include <optional>
#include <string_view>

#include "schemas/event.h"

/// The names that the vocabulary's enums have in JSON (design section 4).
namespace dwell::schemas {

std::string_view inputKindName(InputKind kind);
std::optional<InputKind> inputKindFromName(std::string_view name);

std::string_view keyClassName(KeyClass keyClass);
std::optional<KeyClass> keyClassFromName(std::string_view name);

std::string_view transitionName(Transition transition);
/// A transition type that is not listed here is the caller's to judge: browsers may get new ones.
std::optional<Transition> transitionFromName(std::string_view name);

std::string_view tabOpenedByName(TabOpenedBy how);
std::optional<TabOpenedBy> tabOpenedByFromName(std::string_view name);

}  // namespace dwell::schemas
