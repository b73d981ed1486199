from sqlalchemy import create_engine, inspect

from ecg_anomaly.live.outputs.store_tables import EVENTS, META


def test_the_tables_can_be_made_and_an_event_has_one_place():
    engine = create_engine("sqlite://")
    META.create_all(engine)
    looked = inspect(engine)
    assert set(looked.get_table_names()) == set(META.tables)
    (unique,) = looked.get_unique_constraints(EVENTS.name)
    assert unique["column_names"] == ["stream", "run", "sample", "kind"]
    engine.dispose()
