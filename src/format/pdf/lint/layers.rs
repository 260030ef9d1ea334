//! Optional content that is there and not seen, or not printed (ISO 32000-2 8.11).

use std::collections::HashSet;

use super::sweep::{self, Sweep};
use super::{MOST_FINDINGS, Subject, excerpt};
use crate::format::pdf::field::tolerate;
use crate::format::pdf::{Array, Dictionary, PdfString, Value, View};
use crate::limits::Resource;
use crate::message::{Message, id};

/// Layers that are used, and hidden at first, or printed otherwise than shown.
pub(super) fn findings(subject: &Subject<'_>, sweep: &Sweep) -> crate::Result<Vec<Message>> {
    let view = subject.view;
    let catalog = view.catalog()?;
    let properties = tolerate(view.get(&catalog, b"OCProperties"))?.flatten();
    let Some(properties) = properties.as_ref().and_then(|properties| properties.value.as_dictionary()) else { return Ok(Vec::new()) };
    let groups = numbers(view, properties, b"OCGs")?;
    let configuration = tolerate(view.get(properties, b"D"))?.flatten();
    let empty = Dictionary::default();
    let configuration = configuration.as_ref().and_then(|configuration| configuration.value.as_dictionary()).unwrap_or(&empty);
    let states = States::read(view, configuration)?;
    let mut hidden = Vec::new();
    for group in &groups {
        let Some(object) = sweep::object(view, *group)? else { continue };
        let Some(dictionary) = object.value.as_dictionary() else { continue };
        let (shown, printed) = (states.state(view, *group, dictionary, b"View")?, states.state(view, *group, dictionary, b"Print")?);
        let id = match (shown, printed) {
            (true, true) => continue,
            (false, false) => id::SHADOW_LAYER_HIDDEN,
            (true, false) => id::SHADOW_LAYER_NOT_PRINTED,
            (false, true) => id::SHADOW_LAYER_ONLY_PRINTED,
        };
        let name = tolerate(view.get(dictionary, b"Name"))?.flatten().and_then(|name| name.value.as_string().map(PdfString::text));
        hidden.push((*group, id, name.unwrap_or_default()));
    }
    if hidden.is_empty() {
        return Ok(Vec::new());
    }
    let used = used(view, properties, &groups, sweep);
    let seen = hidden.into_iter().filter(|(group, ..)| used.contains(group)).take(MOST_FINDINGS);
    Ok(seen.map(|(group, id, name)| Message::new(id).with("name", excerpt(&name)).with("object", group)).collect())
}

/// The groups that something else refers to than the catalog's lists of them.
fn used(view: View<'_>, properties: &Dictionary, groups: &HashSet<u32>, sweep: &Sweep) -> HashSet<u32> {
    let mut own = Vec::new();
    sweep::references(properties, &mut own);
    let trailer = view.trailer();
    let root = trailer.get(b"Root").and_then(|root| root.value.as_reference()).map(|root| root.number);
    own.extend(view.catalog().ok().and_then(|catalog| Some(catalog.get(b"OCProperties")?.value.as_reference()?.number)));
    let lists = sweep.closure(own, |number| !groups.contains(&number));
    let reachable = sweep.reachable(view);
    let is_use = |source: &u32| Some(*source) != root && !lists.contains(source) && reachable.contains(source);
    sweep.edges.iter().filter(|(source, target)| groups.contains(target) && is_use(source)).map(|(_, target)| *target).collect()
}

/// What a configuration says of groups (Table 99).
struct States {
    is_off: bool,
    on: HashSet<u32>,
    off: HashSet<u32>,
    usages: Vec<Application>,
}

/// A usage application dictionary (Table 103).
struct Application {
    event: Vec<u8>,
    categories: Vec<Vec<u8>>,
    groups: HashSet<u32>,
}

impl States {
    fn read(view: View<'_>, configuration: &Dictionary) -> crate::Result<Self> {
        let base = tolerate(view.get(configuration, b"BaseState"))?.flatten();
        let mut usages = Vec::new();
        let applications = tolerate(view.get(configuration, b"AS"))?.flatten();
        for application in applications.as_ref().and_then(|list| list.value.as_array()).map_or(&[][..], |Array(list)| list) {
            let Some(Value::Dictionary(application)) = tolerate(view.resolve(application))?.map(|application| application.value) else {
                continue;
            };
            let name = |value: &crate::format::pdf::Object| value.value.as_name().map(<[u8]>::to_vec);
            let event = tolerate(view.get(&application, b"Event"))?.flatten().as_ref().and_then(name).unwrap_or_default();
            let categories = tolerate(view.get(&application, b"Category"))?.flatten();
            let categories = categories.as_ref().and_then(|list| list.value.as_array()).map_or(&[][..], |Array(list)| list);
            let groups = numbers(view, &application, b"OCGs")?;
            usages.push(Application { event, categories: categories.iter().filter_map(name).collect(), groups });
        }
        Ok(Self {
            is_off: base.is_some_and(|base| base.value.as_name() == Some(b"OFF")),
            on: numbers(view, configuration, b"ON")?,
            off: numbers(view, configuration, b"OFF")?,
            usages,
        })
    }

    /// Whether a group is seen on this event: by its usage where that is applied, else as the configuration says (8.11.4.4).
    fn state(&self, view: View<'_>, group: u32, dictionary: &Dictionary, event: &[u8]) -> crate::Result<bool> {
        let usage = tolerate(view.get(dictionary, b"Usage"))?.flatten();
        let usage = usage.as_ref().and_then(|usage| usage.value.as_dictionary());
        let mut applied = None;
        for application in self.usages.iter().filter(|application| application.event == event && application.groups.contains(&group)) {
            for category in &application.categories {
                let Some(usage) = usage else { continue };
                let Some(Value::Dictionary(part)) = tolerate(view.get(usage, category))?.flatten().map(|part| part.value) else { continue };
                let key = [category.as_slice(), b"State"].concat();
                let state = tolerate(view.get(&part, &key))?.flatten();
                if let Some(state) = state.as_ref().and_then(|state| state.value.as_name()) {
                    applied = Some(applied.unwrap_or(true) && state != b"OFF");
                }
            }
        }
        let usual = if self.is_off { self.on.contains(&group) } else { !self.off.contains(&group) };
        Ok(applied.unwrap_or(usual))
    }
}

/// The objects that an array refers to.
fn numbers(view: View<'_>, dictionary: &Dictionary, key: &[u8]) -> crate::Result<HashSet<u32>> {
    let Some(array) = tolerate(view.get(dictionary, key))?.flatten() else { return Ok(HashSet::new()) };
    let Some(Array(items)) = array.value.as_array() else { return Ok(HashSet::new()) };
    view.pdf.budget().spend(Resource::Objects, u64::try_from(items.len()).unwrap_or(u64::MAX))?;
    Ok(items.iter().filter_map(|item| Some(item.value.as_reference()?.number)).collect())
}
