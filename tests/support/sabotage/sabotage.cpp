#include "tests/support/sabotage/sabotage.h"

namespace dwell::tests {

void WrongTab::operator()(schemas::Event& event) {
  auto* activated = std::get_if<schemas::TabActivated>(&event.body);
  if (activated == nullptr) return;
  auto& last = last_.try_emplace({activated->browser, activated->window}, activated->tab).first->second;
  std::swap(last, activated->tab);
}

void KeystrokeTooMany::operator()(schemas::Event& event) {
  auto* input = std::get_if<schemas::Input>(&event.body);
  if (input == nullptr || input->kind != schemas::InputKind::kKey ||
      input->keyClass == schemas::KeyClass::kModifier)
    return;
  const bool character = input->keyClass == schemas::KeyClass::kCharacter;
  if (character && !inRun_) ++input->count;
  inRun_ = character;
}

std::optional<app::EventFilter> sabotageFromName(std::string_view name) {
  if (name == "attention") return WrongTab{};
  if (name == "keystroke") return KeystrokeTooMany{};
  return std::nullopt;
}

}  // namespace dwell::tests
