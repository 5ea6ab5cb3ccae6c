#pragma once

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <optional>

/// Included before every line of a mutated source: all mutants of a file are compiled at once, and the
/// environment's DWELL_MUTANT says which one lives (tests/mutation/run).
namespace dwell::mutation {

inline bool on(int number) {
  static const int living = [] {
    const char* chosen = std::getenv("DWELL_MUTANT");
    return chosen != nullptr ? std::atoi(chosen) : 0;
  }();
  return number == living;
}

/// `a < kFlip<7> < b` is `a < b`, or `a <= b` while mutant 7 lives; so for the other comparisons.
template <int Number>
struct Flip {};
template <int Number>
inline constexpr Flip<Number> kFlip{};

template <int Number, class A>
struct Flipped {
  const A& a;
};

// The overload for optional only is more specialised than optional's own comparisons, which take anything.
#define DWELL_MUTATED_COMPARISON(OP, OTHER)                                        \
  template <int Number, class A>                                                   \
  Flipped<Number, A> operator OP(const A& a, const Flip<Number>&) {                \
    return {a};                                                                    \
  }                                                                                \
  template <int Number, class A, class B>                                          \
  bool operator OP(const Flipped<Number, A>& flipped, const B& b) {                \
    return on(Number) ? flipped.a OTHER b : flipped.a OP b;                        \
  }                                                                                \
  template <int Number, class A, class B>                                          \
  bool operator OP(const Flipped<Number, A>& flipped, const std::optional<B>& b) { \
    return on(Number) ? flipped.a OTHER b : flipped.a OP b;                        \
  }
DWELL_MUTATED_COMPARISON(<, <=)
DWELL_MUTATED_COMPARISON(<=, <)
DWELL_MUTATED_COMPARISON(>, >=)
DWELL_MUTATED_COMPARISON(>=, >)
DWELL_MUTATED_COMPARISON(==, !=)
DWELL_MUTATED_COMPARISON(!=, ==)
#undef DWELL_MUTATED_COMPARISON

template <int Number, class T>
T least(const T& a, const T& b) {
  return on(Number) ? std::max(a, b) : std::min(a, b);
}
template <int Number, class T>
T most(const T& a, const T& b) {
  return on(Number) ? std::min(a, b) : std::max(a, b);
}
template <int Number, class T>
T least(std::initializer_list<T> values) {
  return on(Number) ? std::max(values) : std::min(values);
}
template <int Number, class T>
T most(std::initializer_list<T> values) {
  return on(Number) ? std::min(values) : std::max(values);
}

}  // namespace dwell::mutation
